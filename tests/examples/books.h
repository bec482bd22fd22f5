// An example's books in a file, as a user makes them and asks them.
#ifndef VOUCH_TESTS_EXAMPLES_BOOKS_H_
#define VOUCH_TESTS_EXAMPLES_BOOKS_H_

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/examples/command.h"

namespace vouch_examples {

// The folder of one example.
class Example {
 public:
  explicit Example(const std::string& name)
      : folder_(std::string(VOUCH_SOURCE_DIR "/examples/") + name + "/") {}

  std::string File(const std::string& name) const { return folder_ + name; }

  // The lines of the README's blocks of text, each block by itself.
  std::vector<std::vector<std::string>> QuotedTexts() const {
    std::vector<std::vector<std::string>> texts;
    bool in_text = false;
    for (const std::string& line : Lines(ReadFile(File("README.md")))) {
      if (line == "```text") {
        in_text = true;
        texts.emplace_back();
      } else if (line == "```") {
        in_text = false;
      } else if (in_text) {
        texts.back().push_back(line);
      }
    }
    return texts;
  }

 private:
  std::string folder_;
};

// A file of books, removed at the end. The first `Run` makes it by the
// example's program; each takes one file of events.
class Books {
 public:
  explicit Books(const Example& example, const std::string& name)
      : example_(example), path_(TempPath(name + ".vouch")) {
    Remove();
  }
  Books(const Books&) = delete;
  Books& operator=(const Books&) = delete;
  ~Books() { Remove(); }

  const std::string& path() const { return path_; }

  // `print`: what the run prints as rows; empty: nothing.
  Ran Run(const std::string& events, const std::string& print = "") {
    const std::string program =
        made_ ? "" : " --program " + example_.File("program.textproto");
    made_ = true;
    return Vouch("run --db " + path_ + program + " --events " +
                 example_.File(events) +
                 (print.empty() ? "" : " --print " + print));
  }

  std::string Text(const std::string& command, const std::string& flags) const {
    const Ran ran = Vouch(command + " --db " + path_ + " " + flags);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  }

  nlohmann::json Answer(const std::string& command,
                        const std::string& flags) const {
    return nlohmann::json::parse(Text(command, flags + " --format json"));
  }

 private:
  void Remove() const {
    for (const char* end : {"", "-wal", "-shm", "-journal", "-writer"}) {
      std::remove((path_ + end).c_str());
    }
  }

  const Example& example_;
  std::string path_;
  bool made_ = false;
};

inline std::vector<nlohmann::json> Rows(const std::string& out) {
  std::vector<nlohmann::json> rows;
  for (const std::string& line : Lines(out)) {
    rows.push_back(nlohmann::json::parse(line));
  }
  return rows;
}

// "m-01 400000000, g-01 600000000"
inline std::string CreditsText(const nlohmann::json& decision) {
  std::string text;
  if (!decision.contains("credits")) return text;
  for (const nlohmann::json& credit : decision.at("credits")) {
    text += (text.empty() ? "" : ", ") + Text(credit, "partner_id") + " " +
            Text(credit, "weight_ppb");
  }
  return text;
}

// The candidates in the order applied: "client-01 LINK OUTSIDE_WINDOW".
inline std::vector<std::string> CandidateTexts(const nlohmann::json& why) {
  std::vector<std::string> texts;
  if (!why.contains("candidates")) return texts;
  for (const nlohmann::json& row : why.at("candidates")) {
    const std::string partner = row.value("partner_id", "");
    texts.push_back((partner.empty() ? "" : partner + " ") +
                    Text(row, "channel") + " " + Text(row, "verdict"));
  }
  return texts;
}

// What each event earned and took back, in the order booked, by event id:
// "+ m-01 small 8000", "- g-01 small/1 2000" for a parent of level 1.
inline std::map<std::string, std::vector<std::string>> MovesByEvent(
    const std::string& out) {
  std::map<std::string, std::vector<std::string>> moves;
  for (const nlohmann::json& row : Rows(out)) {
    const int level = row.value("level", 0);
    moves[Text(row, "event_id")].push_back(
        (Text(row, "kind") == "ACCRUAL" ? "+ " : "- ") +
        Text(row, "partner_id") + " " + Text(row, "rule_id") +
        (level == 0 ? "" : "/" + std::to_string(level)) + " " +
        Text(row, "amount_minor"));
  }
  return moves;
}

// Accounts by partner, "pending payable in_transit paid"; the program's expense
// is under "".
inline std::map<std::string, std::string> AccountsByPartner(
    const std::string& out) {
  std::map<std::string, std::string> accounts;
  for (const nlohmann::json& row : Rows(out)) {
    if (row.contains("partner_id")) {
      accounts[Text(row, "partner_id")] =
          Text(row, "pending_minor") + " " + Text(row, "payable_minor") + " " +
          Text(row, "in_transit_minor") + " " + Text(row, "paid_minor");
    } else {
      accounts[""] = Text(row, "expense_minor");
    }
  }
  return accounts;
}

// A statement's only section against figures worked out by hand: its sums by
// field, and its accounts as AccountsByPartner tells them.
struct HandStatement {
  std::map<std::string, int64_t> sums;
  std::string opening, closing;
};

inline void ExpectStatement(const nlohmann::json& statement,
                            const HandStatement& by_hand) {
  ASSERT_EQ(statement.at("sections").size(), 1u);
  const nlohmann::json& section = statement.at("sections").at(0);
  for (const auto& [field, minor] : by_hand.sums) {
    EXPECT_EQ(Int(section, field.c_str()), minor) << field;
  }
  const auto accounts = [&section](const char* when) {
    const nlohmann::json& row = section.at(when);
    return Text(row, "pending_minor") + " " + Text(row, "payable_minor") + " " +
           Text(row, "in_transit_minor") + " " + Text(row, "paid_minor");
  };
  EXPECT_EQ(accounts("opening"), by_hand.opening);
  EXPECT_EQ(accounts("closing"), by_hand.closing);
}

// Each quoted line stands in the text, one after the other; "..." stands for
// lines that are left out.
inline void ExpectQuoted(const std::vector<std::string>& quoted,
                         const std::string& text) {
  const std::vector<std::string> lines = Lines(text);
  auto at = lines.begin();
  ASSERT_FALSE(quoted.empty());
  for (const std::string& line : quoted) {
    if (line == "...") continue;
    while (at != lines.end() && *at != line) ++at;
    ASSERT_TRUE(at != lines.end()) << "not there: " << line << "\n" << text;
    ++at;
  }
}

}  // namespace vouch_examples

#endif  // VOUCH_TESTS_EXAMPLES_BOOKS_H_
