// Runs a program as a user would, and reads what it gave.
#ifndef VOUCH_TESTS_EXAMPLES_COMMAND_H_
#define VOUCH_TESTS_EXAMPLES_COMMAND_H_

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace vouch_examples {

struct Ran {
  int code = -1;  // the exit code; -1: ended otherwise
  std::string out;
  std::string err;
};

// A path of this process's own below the tests' folder.
inline std::string TempPath(const std::string& name) {
  return testing::TempDir() + "vouch-" + std::to_string(getpid()) + "-" + name;
}

inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

// Runs a line of the shell.
inline Ran RunLine(const std::string& command) {
  const std::string out = TempPath("out");
  const std::string err = TempPath("err");
  const int status =
      std::system(("(" + command + ") >" + out + " 2>" + err).c_str());
  Ran ran;
  if (WIFEXITED(status)) ran.code = WEXITSTATUS(status);
  ran.out = ReadFile(out);
  ran.err = ReadFile(err);
  std::remove(out.c_str());
  std::remove(err.c_str());
  return ran;
}

inline Ran Vouch(const std::string& arguments) {
  return RunLine(std::string(VOUCH_CLI_PATH) + " " + arguments);
}

inline Ran Convert(const std::string& arguments) {
  return RunLine(std::string(VOUCH_RETAIL_CONVERT_PATH) + " " + arguments);
}

inline std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::string::size_type at = 0;
  while (at < text.size()) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return lines;
}

// A 64-bit field of a row, which JSON has as text.
inline int64_t Int(const nlohmann::json& row, const char* field) {
  return std::stoll(row.at(field).get<std::string>());
}
inline std::string Text(const nlohmann::json& row, const char* field) {
  return row.at(field).get<std::string>();
}

}  // namespace vouch_examples

#endif  // VOUCH_TESTS_EXAMPLES_COMMAND_H_
