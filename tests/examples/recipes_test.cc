// docs/recipes: each page's program and events give the statements that stand
// on it.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/examples/command.h"

namespace vouch_examples {
namespace {

using testing::HasSubstr;

constexpr char kRecipeFolder[] = VOUCH_SOURCE_DIR "/docs/recipes/";

// A block of a page between ``` and ```.
struct Block {
  std::string language;
  std::string text;
};

std::vector<Block> BlocksOf(const std::string& page) {
  std::vector<Block> blocks;
  bool inside = false;
  for (const std::string& line : Lines(page)) {
    if (line.rfind("```", 0) != 0) {
      if (inside) blocks.back().text += line + "\n";
    } else if (inside) {
      inside = false;
    } else {
      inside = true;
      blocks.push_back({line.substr(3), ""});
    }
  }
  return blocks;
}

// The only block in a language.
std::string OnlyBlock(const std::vector<Block>& blocks,
                      const std::string& language) {
  std::string text;
  for (const Block& block : blocks) {
    if (block.language != language) continue;
    EXPECT_TRUE(text.empty()) << "two blocks of " << language;
    text = block.text;
  }
  EXPECT_FALSE(text.empty()) << "no block of " << language;
  return text;
}

// A page's files, for as long as it is looked at.
class Recipe {
 public:
  explicit Recipe(const std::string& name)
      : blocks_(BlocksOf(ReadFile(kRecipeFolder + name + ".md"))),
        program_(TempPath(name + ".textproto")),
        events_(TempPath(name + ".jsonl")) {
    std::ofstream(program_) << OnlyBlock(blocks_, "textproto");
    std::ofstream(events_) << OnlyBlock(blocks_, "json");
  }
  Recipe(const Recipe&) = delete;
  Recipe& operator=(const Recipe&) = delete;
  ~Recipe() {
    std::remove(program_.c_str());
    std::remove(events_.c_str());
  }

  const std::vector<Block>& blocks() const { return blocks_; }
  const std::string& program() const { return program_; }

  // A command as it stands on the page, on the page's own files.
  Ran Run(const std::string& command) const {
    const std::string start = "vouch ";
    EXPECT_EQ(command.rfind(start, 0), 0u) << command;
    std::string arguments = command.substr(start.size());
    Replace("program.textproto", program_, &arguments);
    Replace("events.jsonl", events_, &arguments);
    return Vouch(arguments);
  }

 private:
  static void Replace(const std::string& from, const std::string& to,
                      std::string* text) {
    const auto at = text->find(from);
    ASSERT_NE(at, std::string::npos) << *text;
    text->replace(at, from.size(), to);
  }

  std::vector<Block> blocks_;
  std::string program_, events_;
};

class Recipes : public testing::TestWithParam<const char*> {};

TEST_P(Recipes, TheProgramIsRight) {
  const Recipe recipe(GetParam());
  const Ran ran = Vouch("check --program " + recipe.program());
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

TEST_P(Recipes, EveryEventApplies) {
  const Recipe recipe(GetParam());
  const Ran ran =
      recipe.Run("vouch run --program program.textproto --events events.jsonl");
  EXPECT_EQ(ran.code, 0) << ran.err;
}

TEST_P(Recipes, EachStatementIsWhatComesOut) {
  const Recipe recipe(GetParam());
  const std::vector<Block>& blocks = recipe.blocks();
  int statements = 0;
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    if (blocks[i].language != "sh") continue;
    ASSERT_EQ(blocks[i + 1].language, "text") << blocks[i].text;
    const std::vector<std::string> commands = Lines(blocks[i].text);
    ASSERT_EQ(commands.size(), 1u) << blocks[i].text;
    EXPECT_THAT(commands[0], HasSubstr("vouch statement "));
    const Ran ran = recipe.Run(commands[0]);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, blocks[i + 1].text) << commands[0];
    ++statements;
  }
  EXPECT_GT(statements, 0);
}

constexpr const char* kRecipes[] = {"budget_split",   "contract_years",
                                    "hierarchy",      "lifetime_share",
                                    "reseller_price", "tiers"};

INSTANTIATE_TEST_SUITE_P(Docs, Recipes, testing::ValuesIn(kRecipes),
                         [](const auto& test) { return test.param; });

// A page with a statement; those of C++ alone are compiled and run elsewhere.
bool ShowsAStatement(const std::string& page) {
  return page.find("\nvouch statement ") != std::string::npos;
}

TEST(RecipesFolder, HasNoStatementThatIsNotTested) {
  std::vector<std::string> pages;
  for (const auto& file : std::filesystem::directory_iterator(kRecipeFolder)) {
    const std::string stem = file.path().stem().string();
    if (file.path().extension() == ".md" &&
        ShowsAStatement(ReadFile(file.path().string()))) {
      pages.push_back(stem);
    }
  }
  EXPECT_THAT(pages, testing::UnorderedElementsAreArray(kRecipes));
}

}  // namespace
}  // namespace vouch_examples
