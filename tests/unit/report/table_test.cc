#include "vouch/report/table.h"

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(TableTest, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({"partner", ">amount", "why"});
  EXPECT_TRUE(table.empty());
  table.Row({"anna", "79.00", "code"});
  table.Row({"a longer name", "1.00", ""});
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(table.ToString(),
            "  partner       amount why\n"
            "  anna           79.00 code\n"
            "  a longer name   1.00\n");
}

TEST(TableTest, WidthsAreOfCharactersNotBytes) {
  Table table({"name", ">n"});
  table.Row({"J\xc3\xbcrgen", "1"});  // 6 characters in 7 bytes
  table.Row({"Juergens", "2"});
  EXPECT_EQ(table.ToString(),
            "  name     n\n"
            "  J\xc3\xbcrgen   1\n"
            "  Juergens 2\n");
}

}  // namespace
}  // namespace vouch
