#include "vouch/code/contact_key.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

std::vector<uint8_t> SomeSecret() {
  std::vector<uint8_t> secret(32);
  for (std::size_t i = 0; i < secret.size(); ++i) {
    secret[i] = static_cast<uint8_t>(i);
  }
  return secret;
}

// The normalised value, or the reason in brackets.
std::string Normal(ContactKind kind, std::string_view value) {
  std::string out;
  const std::string_view problem =
      internal::NormalizeContact(kind, value, &out);
  return problem.empty() ? out : "[" + std::string(problem) + "]";
}

// Worked out with Python's hmac over "EMAIL:anna@example.com" and so on.
TEST(ContactKeyTest, KnownAnswers) {
  struct {
    ContactKind kind;
    const char* value;
    const char* key;
  } const cases[] = {
      {ContactKind::kEmail, "anna@example.com",
       "k1:15cf36afa4ee1a18ecb851db27cfad35bc4abce44ebbcfe41fd5dc678359b49b"},
      {ContactKind::kPhone, "+493012345678",
       "k1:8a4326385d79d653b4ee90b8bfaa2f1b2b5e735a64f32b1dabc4b56828a30c01"},
      {ContactKind::kTaxNumber, "DE123456789",
       "k1:996ac8db3245933d87b731f70f858144c8f897a53a4c70efe7ccc1c5d9dee773"},
  };
  for (const auto& c : cases) {
    const auto key = ContactKey(c.kind, c.value, SomeSecret(), "k1");
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(*key, c.key);
  }
}

TEST(ContactKeyTest, DependsOnAllItIsMadeOf) {
  const auto key = [](ContactKind kind, std::string_view value,
                      const std::vector<uint8_t>& secret, std::string_view id) {
    return *ContactKey(kind, value, secret, id);
  };
  std::vector<uint8_t> other = SomeSecret();
  other[31] ^= 1;
  const std::string one =
      key(ContactKind::kTaxNumber, "+4930123456", SomeSecret(), "a");
  EXPECT_EQ(one,
            key(ContactKind::kTaxNumber, "+49 30-123456", SomeSecret(), "a"));
  EXPECT_NE(one, key(ContactKind::kPhone, "+4930123456", SomeSecret(), "a"));
  EXPECT_NE(one, key(ContactKind::kTaxNumber, "+4930123456", other, "a"));
  EXPECT_NE(one,
            key(ContactKind::kTaxNumber, "+4930123457", SomeSecret(), "a"));
  const std::string named =
      key(ContactKind::kTaxNumber, "+4930123456", SomeSecret(), "b");
  EXPECT_EQ(one.substr(2), named.substr(2));
  EXPECT_EQ(named.substr(0, 2), "b:");
}

TEST(ContactKeyTest, EmailSpellings) {
  const std::pair<const char*, const char*> cases[] = {
      {"anna@example.com", "anna@example.com"},
      {"Anna@Example.COM", "anna@example.com"},
      {"  anna@example.com\t\r\n", "anna@example.com"},
      {"\u00a0anna@example.com\u200b", "anna@example.com"},
      {"mailto:anna@example.com", "anna@example.com"},
      {"MAILTO:anna@example.com", "anna@example.com"},
      {"<anna@example.com>", "anna@example.com"},
      {"Anna Berg <anna@example.com>", "anna@example.com"},
      {"\"Berg, Anna\" <Anna@Example.com>", "anna@example.com"},
      {"anna@example.com.", "anna@example.com"},
      {"a.b+shop@mail.example.co.uk", "a.b+shop@mail.example.co.uk"},
      {"anna@xn--mnchen-3ya.example", "anna@xn--mnchen-3ya.example"},
      {"o'neil_x-1@example.com", "o'neil_x-1@example.com"},
      {"J\u00fcrgen@example.com", "j\u00fcrgen@example.com"},
      {"1@2.example", "1@2.example"},
      {"", "[missing]"},
      {" \u00a0 ", "[missing]"},
      {"anna", "[has no @]"},
      {"@example.com", "[has too little or too much before the @]"},
      {"anna@", "[has no domain that can be]"},
      {"anna@localhost", "[has no domain that can be]"},
      {"anna@.example.com", "[has no domain that can be]"},
      {"anna@example..com", "[has no domain that can be]"},
      {"anna@-example.com", "[has no domain that can be]"},
      {"anna@example-.com", "[has no domain that can be]"},
      {"anna@example.com-", "[has no domain that can be]"},
      {"anna@exa mple.com", "[has no domain that can be]"},
      {"anna@m\u00fcnchen.example",
       "[has a domain that is not in ASCII (its form with xn--)]"},
      {"an na@example.com", "[holds a character that no address has]"},
      {"an\u00a0na@example.com", "[holds a character that no address has]"},
      {"a@b@example.com", "[holds a character that no address has]"},
      {"a,b@example.com", "[holds a character that no address has]"},
      {".a@example.com", "[has a dot where none can be]"},
      {"a.@example.com", "[has a dot where none can be]"},
      {"a..b@example.com", "[has a dot where none can be]"},
      {"anna@example.com>", "[has brackets that do not match]"},
      {"an\nna@example.com", "[holds a control character]"},
      {"an\xffna@example.com", "[is not UTF-8]"},
  };
  for (const auto& [value, normal] : cases) {
    EXPECT_EQ(Normal(ContactKind::kEmail, value), normal) << value;
  }
  EXPECT_EQ(Normal(ContactKind::kEmail, std::string(65, 'a') + "@example.com"),
            "[has too little or too much before the @]");
  EXPECT_EQ(
      Normal(ContactKind::kEmail, "a@" + std::string(64, 'a') + ".example"),
      "[has no domain that can be]");
  std::string longest = "a@";
  for (int i = 0; i < 5; ++i) longest += std::string(60, 'b') + ".";
  EXPECT_EQ(Normal(ContactKind::kEmail, longest + "example"), "[is too long]");
  EXPECT_EQ(Normal(ContactKind::kEmail, std::string(513, 'a')), "[too long]");
}

TEST(ContactKeyTest, PhoneSpellings) {
  const std::pair<const char*, const char*> cases[] = {
      {"+493012345678", "+493012345678"},
      {"+49 30 12345678", "+493012345678"},
      {"+49 (30) 1234-5678", "+493012345678"},
      {"+49 (0)30 12345678", "+493012345678"},
      {"+49(0) 30/12345678", "+493012345678"},
      {"0049 30 12345678", "+493012345678"},
      {"0049 (0)30 12345678", "+493012345678"},
      {"00 49 30 12345678", "+493012345678"},
      {"(+49) 30 12345678", "+493012345678"},
      {"tel:+49-30-12345678", "+493012345678"},
      {"Tel: +49 30 12345678", "+493012345678"},
      {"+49.30.12345678", "+493012345678"},
      {"+49\u00a030\u202f12345678", "+493012345678"},
      {"+49 30\u20131234\u20115678", "+493012345678"},
      {"\u202a+49 30 12345678\u202c", "+493012345678"},  // from a phone's list
      {"\uff0b\uff14\uff19 30 12345678", "+493012345678"},
      {"+\u0664\u0669 30 12345678", "+493012345678"},
      {"+\u06f4\u06f9 30 12345678", "+493012345678"},
      {"+44 (0)20 7946 0018", "+442079460018"},
      {"+1 (201) 555-0123", "+12015550123"},
      {"+7 (495) 123-45-67", "+74951234567"},
      {"+33 1 23 45 67 89", "+33123456789"},
      {"+39 06 12345678", "+390612345678"},
      {"+39 (0)6 12345678", "+390612345678"},
      {"+683 4000", "+6834000"},
      {"", "[missing]"},
      {"030 12345678", "[does not begin with + or 00 and its country]"},
      {"(201) 555-0123", "[does not begin with + or 00 and its country]"},
      {"8 (495) 123-45-67", "[does not begin with + or 00 and its country]"},
      {"()", "[does not begin with + or 00 and its country]"},
      {"+", "[is not of 7 to 15 digits]"},
      {"+49 110", "[is not of 7 to 15 digits]"},
      {"+1234567890123456", "[is not of 7 to 15 digits]"},
      {"+0123456789", "[begins with a country 0]"},
      {"000123456789", "[begins with a country 0]"},
      {"+1 201 555 0123 ext. 5", "[holds what is no digit, or an extension]"},
      {"+1 201 555 0123x5", "[holds what is no digit, or an extension]"},
      {"+1 800 FLOWERS", "[holds what is no digit, or an extension]"},
      {"+49 30 +12345678", "[holds what is no digit, or an extension]"},
      {"anna@example.com", "[holds what is no digit, or an extension]"},
      {"+49 30 12345678\xef\xbc", "[is not UTF-8]"},
  };
  for (const auto& [value, normal] : cases) {
    EXPECT_EQ(Normal(ContactKind::kPhone, value), normal) << value;
  }
}

TEST(ContactKeyTest, TaxNumberSpellings) {
  const std::pair<const char*, const char*> cases[] = {
      {"DE123456789", "DE123456789"},
      {"de 123 456 789", "DE123456789"},
      {"DE-123.456.789", "DE123456789"},
      {"ATU12345678", "ATU12345678"},
      {"FR 12 345 678 901", "FR12345678901"},
      {"GB 123 4567 89", "GB123456789"},
      {"NL001234567B01", "NL001234567B01"},
      {"ES-B12345678", "ESB12345678"},
      {"IE1+23456L", "IE1+23456L"},
      {"IE 1*23456L", "IE1*23456L"},
      {"EL123456789", "EL123456789"},
      {"GR 123456789", "EL123456789"},
      {"GRUPO1", "GRUPO1"},
      {"CHE-123.456.788 MWST", "CHE123456788"},
      {"CHE-123.456.788 TVA", "CHE123456788"},
      {"CHE-123.456.788 IVA", "CHE123456788"},
      {"che123456788", "CHE123456788"},
      {"CHE-123.456.788 XYZ", "CHE123456788XYZ"},
      {"12.345.678/0001-95", "12345678000195"},  // Brazil, CNPJ
      {"27AAPFU0939F1ZV", "27AAPFU0939F1ZV"},    // India, GSTIN
      {"7707083893", "7707083893"},              // Russia, INN
      {"12/345/67890", "1234567890"},            // Germany, of a tax office
      {"", "[missing]"},
      {"DE", "[is not of 4 to 32 letters]"},
      {"123456789012345678901234567890123", "[is not of 4 to 32 letters]"},
      {"ABCD", "[has no digit]"},
      {"DE12345678\u00df", "[holds what is no letter or digit]"},
      {"DE 1234:5678", "[holds what is no letter or digit]"},
  };
  for (const auto& [value, normal] : cases) {
    EXPECT_EQ(Normal(ContactKind::kTaxNumber, value), normal) << value;
  }
}

// What is normalised is its own normal form.
TEST(ContactKeyTest, NormalFormsStay) {
  const std::pair<ContactKind, const char*> cases[] = {
      {ContactKind::kEmail, "Anna Berg <Anna.B+x@Example.com.>"},
      {ContactKind::kPhone, "0044 (0)20 7946 0018"},
      {ContactKind::kTaxNumber, "gr 123.456.789"},
      {ContactKind::kTaxNumber, "CHE-123.456.788 MWST"},
  };
  for (const auto& [kind, value] : cases) {
    const std::string normal = Normal(kind, value);
    EXPECT_NE(normal, value);
    EXPECT_EQ(Normal(kind, normal), normal);
  }
}

TEST(ContactKeyTest, ErrorsNameTheFieldAndHideTheValue) {
  struct {
    ContactKind kind;
    std::string value;
    std::size_t secret_bytes;
    std::string key_id;
    const char* message;
  } const cases[] = {
      {ContactKind::kEmail, "geheim", 32, "k", "email: has no @"},
      {ContactKind::kPhone, "030 geheim", 32, "k",
       "phone: holds what is no digit, or an extension"},
      {ContactKind::kTaxNumber, "geheim", 32, "k", "tax_number: has no digit"},
      {ContactKind::kNone, "geheim@a.example", 32, "k", "kind: missing"},
      {ContactKind::kEmail, "geheim@a.example", 15, "k",
       "secret: is not of 16 to 1024 bytes"},
      {ContactKind::kEmail, "geheim@a.example", 1025, "k",
       "secret: is not of 16 to 1024 bytes"},
      {ContactKind::kEmail, "geheim@a.example", 32, "", "key_id: missing"},
      {ContactKind::kEmail, "geheim@a.example", 32, "a:b",
       "key_id: holds more than letters, digits, '-', '_' and '.'"},
      {ContactKind::kEmail, "geheim@a.example", 32, std::string(65, 'k'),
       "key_id: too long"},
  };
  for (const auto& c : cases) {
    const auto key = ContactKey(c.kind, c.value,
                                std::vector<uint8_t>(c.secret_bytes), c.key_id);
    EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(key.status().message(), c.message);
    EXPECT_EQ(key.status().ToString().find("geheim"), std::string::npos);
  }
}

TEST(ContactKeyTest, Words) {
  EXPECT_EQ(ParseWord<ContactKind>("EMAIL"), ContactKind::kEmail);
  EXPECT_EQ(ParseWord<ContactKind>("PHONE"), ContactKind::kPhone);
  EXPECT_EQ(ParseWord<ContactKind>("TAX_NUMBER"), ContactKind::kTaxNumber);
  EXPECT_EQ(Word(ContactKind::kNone), "");
}

}  // namespace
}  // namespace vouch
