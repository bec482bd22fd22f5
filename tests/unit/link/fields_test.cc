#include "vouch/link/fields.h"

#include <string>

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(LinkFieldsTest, NamesAndBack) {
  for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
    EXPECT_EQ(ParseFieldName(FieldName(LinkFieldAt(i))), LinkFieldAt(i));
  }
  EXPECT_EQ(FieldName(LinkField::kPartner), "partner");
  EXPECT_EQ(FieldName(LinkField::kSub5), "sub5");
  EXPECT_EQ(FieldName(LinkField::kClickId), "click_id");
  EXPECT_EQ(FieldName(LinkField::kUtmContent), "utm_content");
  EXPECT_EQ(ParseFieldName("Partner"), std::nullopt);
  EXPECT_EQ(ParseFieldName(""), std::nullopt);
}

TEST(LinkFieldsTest, Equality) {
  LinkFields a;
  LinkFields b;
  EXPECT_TRUE(a == b);
  a[LinkField::kSub5] = "x";
  EXPECT_TRUE(a != b);
  b[LinkField::kSub5] = std::string_view("xy").substr(0, 1);
  EXPECT_TRUE(a == b);
}

TEST(LinkFieldsTest, Problems) {
  const std::string long_id(kMaxIdBytes + 1, 'a');
  EXPECT_EQ(FieldProblem(LinkField::kPartner, "anna"), "");
  EXPECT_EQ(FieldProblem(LinkField::kPartner, long_id), "too long");
  EXPECT_EQ(FieldProblem(LinkField::kCode, long_id), "too long");
  EXPECT_EQ(FieldProblem(LinkField::kSub1, long_id), "");
  EXPECT_EQ(FieldProblem(LinkField::kUtmTerm, std::string(4097, 'a')),
            "too long");
  EXPECT_EQ(FieldProblem(LinkField::kDestination, std::string(8192, 'a')), "");
  EXPECT_EQ(FieldProblem(LinkField::kSub1, "\xff"), "is not UTF-8");
  EXPECT_EQ(FieldProblem(LinkField::kSub1, "a\nb"),
            "holds a control character");
}

}  // namespace
}  // namespace vouch
