// Runs a fuzz target over files instead of libFuzzer's mutations, so that the
// corpora are plain tests with any compiler.
//
// usage: <target>_fuzz <file or folder>...
//
// Exits with 0 when the target took every input, with 2 when there was none.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

namespace {

bool RunFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file),
                                std::istreambuf_iterator<char>()};
  if (!file) return false;
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()),
                         bytes.size());
  // Every beginning of an input is an input too: torn where it may.
  for (std::size_t size = 0; size < bytes.size() && size < 512; ++size) {
    // A copy of its own, so that a sanitizer sees a read behind its end.
    const std::vector<uint8_t> torn(
        bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(torn.data(), torn.size());
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    std::vector<std::filesystem::path> paths;
    if (std::filesystem::is_directory(argv[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
        paths.push_back(entry.path());
      }
    } else {
      paths.emplace_back(argv[i]);
    }
    for (const auto& path : paths) {
      if (!RunFile(path)) {
        std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
        return 1;
      }
      ++files;
    }
  }
  std::printf("%d inputs\n", files);
  return files > 0 ? 0 : 2;
}
