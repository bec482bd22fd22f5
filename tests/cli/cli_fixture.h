// Runs the built program on small files, each test in a folder of its own.
#ifndef VOUCH_TESTS_CLI_CLI_FIXTURE_H_
#define VOUCH_TESTS_CLI_CLI_FIXTURE_H_

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace vouch {
namespace cli_test {

struct Result {
  int exit_code = -1;
  std::string out;
  std::string err;
};

inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class CliTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = testing::TempDir() + "vouch_" + info->test_suite_name() + "_" +
              info->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    return Path(name);
  }

  // `arguments` as a shell reads them, in the test's folder.
  Result Vouch(const std::string& arguments) const {
    return Shell("'" VOUCH_CLI_PATH "' " + arguments + " >out 2>err");
  }
  // A command line that leaves its output in the files `out` and `err`.
  Result Shell(const std::string& command) const {
    const std::string whole = "cd '" + folder_ + "' && " + command;
    const int status = std::system(whole.c_str());
    Result result;
    if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
    result.out = ReadFile(Path("out"));
    result.err = ReadFile(Path("err"));
    return result;
  }

 private:
  std::string folder_;
};

// A tenth of every payment goes to whoever's link came last; 30 days of hold.
inline constexpr char kProgram[] = R"(
program_id: "shop"
currency: "EUR"
time_zone: "Europe/Berlin"
conversion: FIRST_PAYMENT
attribution {
  model: LAST_TOUCH
  windows { channel: LINK days: 30 }
  binding { span: LIFETIME }
}
acquisition { until: FIRST_PAYMENT_ONLY }
hold_days: 30
rules { rule_id: "tenth" reward { percent: "10%" } }
)";

// One line: {"program_id":"shop","event_id":ID,"time":TIME,BODY}
inline std::string Line(const std::string& event_id, const std::string& time,
                        const std::string& body) {
  return "{\"program_id\":\"shop\",\"event_id\":\"" + event_id +
         "\",\"time\":\"" + time + "\"," + body + "}\n";
}
inline std::string Payment(const std::string& id, const std::string& time,
                           const std::string& amount) {
  return Line("e-" + id, time,
              "\"payment\":{\"payment_id\":\"" + id +
                  "\",\"customer_id\":\"c1\",\"currency\":\"EUR\",\"lines\":[{"
                  "\"line\":1,\"product\":\"plan\",\"amount_minor\":" +
                  amount + "}]}");
}
inline std::string Refund(const std::string& id, const std::string& payment,
                          const std::string& time, const std::string& amount) {
  return Line("e-" + id, time,
              "\"refund\":{\"refund_id\":\"" + id + "\",\"payment_id\":\"" +
                  payment +
                  "\",\"customer_id\":\"c1\",\"kind\":\"REFUND\","
                  "\"amount_minor\":" +
                  amount + "}");
}
inline std::string Anna() {
  return Line("anna", "2024-01-01T00:00:00Z",
              "\"partner_set\":{\"partner_id\":\"anna\","
              "\"kind\":\"AFFILIATE\"}");
}
inline std::string Click() {
  return Line("click", "2024-01-02T00:00:00Z",
              "\"touch\":{\"customer_id\":\"c1\",\"channel\":\"LINK\","
              "\"partner_id\":\"anna\"}");
}

// 1000.00 paid, 400.00 of it given back, 50.00 paid in February, then time
// goes on past the hold of the first. The tenth: 100.00 - 40.00 + 5.00.
inline std::string History() {
  return Anna() + Click() + Payment("p1", "2024-01-10T10:00:00Z", "100000") +
         Refund("r1", "p1", "2024-01-20T10:00:00Z", "40000") +
         Payment("p2", "2024-02-05T10:00:00Z", "5000") +
         Line("late", "2024-02-15T00:00:00Z", "\"clock\":{}");
}

}  // namespace cli_test
}  // namespace vouch

#endif  // VOUCH_TESTS_CLI_CLI_FIXTURE_H_
