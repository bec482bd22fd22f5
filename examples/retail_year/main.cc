// retail_year_convert IN.csv OUT.jsonl
//
// Turns a retailer's invoice lines into events for the command line `vouch`;
// `-` is standard input or output. What it does is in README.md.
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "convert.h"
#include "csv.h"

namespace {

const std::vector<std::string>& Header() {
  static const auto* header = new std::vector<std::string>{
      "invoice",    "stock_code",  "quantity", "invoice_date",
      "unit_price", "customer_id", "country"};
  return *header;
}

absl::Status Convert(std::FILE* input, std::FILE* output) {
  retail_year::CsvReader reader(input);
  retail_year::Converter converter;
  std::vector<std::string> fields;
  if (!reader.Next(&fields) || fields != Header()) {
    if (!reader.status().ok()) return reader.status();
    return absl::InvalidArgumentError(
        "line 1: the header must be invoice,stock_code,quantity,invoice_date,"
        "unit_price,customer_id,country");
  }
  while (reader.Next(&fields)) {
    absl::Status added = converter.Add(fields, reader.line());
    if (!added.ok()) return added;
  }
  if (!reader.status().ok()) return reader.status();
  absl::Status written = converter.Write(output);
  std::fputs(converter.Summary().c_str(), stderr);
  return written;
}

// The file, or the stream that `-` stands for; null with a message.
std::FILE* Open(const char* path, const char* mode, std::FILE* stream) {
  if (std::strcmp(path, "-") == 0) return stream;
  std::FILE* file = std::fopen(path, mode);
  if (file == nullptr) std::perror(path);
  return file;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: retail_year_convert IN.csv OUT.jsonl (- for a pipe)\n",
               stderr);
    return 2;
  }
  std::FILE* input = Open(argv[1], "rb", stdin);
  std::FILE* output = input == nullptr ? nullptr : Open(argv[2], "wb", stdout);
  int code = 2;
  if (output != nullptr) {
    const absl::Status status = Convert(input, output);
    if (!status.ok()) {
      std::fprintf(stderr, "retail_year_convert: %s\n",
                   std::string(status.message()).c_str());
    }
    code = status.ok() ? 0 : 1;
    if (output != stdout && std::fclose(output) != 0) {
      std::perror(argv[2]);
      code = 1;
    }
  }
  if (input != nullptr && input != stdin) std::fclose(input);
  return code;
}
