// Promo codes and contact keys from the command line.
#include <cctype>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_fixture.h"

namespace vouch {
namespace cli_test {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kKey[] = "000102030405060708090a0b0c0d0e0f";
constexpr char kOtherKey[] =
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class CodesTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("keys", std::string("# epoch and key\n3 ") + kKey + "\n\n4\t" +
                      kOtherKey + "\r\n");
  }
  // codes make with keys, program and length said.
  Result Make(const std::string& more) const {
    return Vouch("codes make --keys keys --program-id shop --length 10 " +
                 more);
  }
  // `text`, checked.
  Result Check(const std::string& text, const std::string& more = "") const {
    Write("codes", text);
    return Vouch(
        "codes check --keys keys --program-id shop --length 10 "
        "--codes codes " +
        more);
  }
};

TEST_F(CodesTest, MakesCodesThatCheckKnows) {
  const Result made = Make("--count 5000");
  EXPECT_EQ(made.exit_code, 0);
  EXPECT_EQ(made.err,
            "5000 codes of epoch 4, 0 numbers skipped for a word, the next "
            "number is 5000\n");
  const std::vector<std::string> codes = Lines(made.out);
  EXPECT_THAT(codes, SizeIs(5000));
  EXPECT_THAT(codes, Each(AllOf(SizeIs(10), StartsWith("4"))));
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 5000u);

  const Result checked = Check(made.out);
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.err, "5000 lines, 0 without a code\n");
  const std::vector<std::string> answers = Lines(checked.out);
  ASSERT_THAT(answers, SizeIs(5000));
  EXPECT_EQ(answers[0], codes[0] + "\tOK\t4\t0");
  EXPECT_EQ(answers[4999], codes[4999] + "\tOK\t4\t4999");
}

TEST_F(CodesTest, AnyPartIsThePartOfTheWhole) {
  const std::string whole = Make("--count 30").out;
  const std::string first = Make("--count 10").out;
  const Result second = Make("--count 20 --from 10");
  EXPECT_EQ(first + second.out, whole);
  EXPECT_THAT(second.err, HasSubstr("the next number is 30"));
}

TEST_F(CodesTest, RotatesKeys) {
  const std::string old_codes = Make("--count 10 --epoch 3").out;
  EXPECT_THAT(Lines(old_codes), Each(StartsWith("3")));
  const std::string new_codes = Make("--count 10").out;
  EXPECT_EQ(Check(old_codes + new_codes).exit_code, 0);
  const Result after = Check(old_codes + new_codes, "--epoch 4");
  EXPECT_EQ(after.exit_code, 2);
  EXPECT_EQ(after.err, "20 lines, 10 without a code\n");
  EXPECT_THAT(after.out, HasSubstr("\tEPOCH\tno code of this length begins "
                                   "with this letter\n"));
}

TEST_F(CodesTest, SaysWhyATextIsNoCode) {
  const std::vector<std::string> codes = Lines(Make("--count 2").out);
  std::string typed = codes[0];
  for (char& c : typed) c = c == '0' ? 'o' : static_cast<char>(std::tolower(c));
  typed.insert(5, " - ");
  std::string wrong = codes[0];
  wrong[6] = wrong[6] == 'X' ? 'Y' : 'X';
  const Result result =
      Check(typed + "\n\n" + codes[1] + "\r\n" + wrong + "\nABC\nh\x1bi!",
            "--until 1");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err, "5 lines, 4 without a code\n");
  EXPECT_EQ(result.out,
            codes[0] + "\tOK\t4\t0\n" + codes[1] +
                "\tRANGE\tno such code was given out\n" + wrong +
                "\tCHECK_SYMBOL\tthe code is mistyped\n"
                "ABC\tLENGTH\tno code has this many letters\n"
                "h\\x1bi!\tLETTER\tcodes have letters and digits alone, and no "
                "U\n");
}

TEST_F(CodesTest, ReadsKeysFromTheEnvironment) {
  const std::string make =
      "codes make --program-id shop --length 10 --count 3 >out 2>err";
  const Result made = Shell(std::string("VOUCH_CODE_KEYS='3 ") + kKey + ";4 " +
                            kOtherKey + "' '" VOUCH_CLI_PATH "' " + make);
  EXPECT_EQ(made.exit_code, 0);
  EXPECT_EQ(made.out, Make("--count 3").out);
  const Result none =
      Shell("env -u VOUCH_CODE_KEYS '" VOUCH_CLI_PATH "' " + make);
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_EQ(none.err,
            "vouch: VOUCH_CODE_KEYS: is not set, and no file is named\n");
}

TEST_F(CodesTest, SkipsWordsAndCounts) {
  // Two letters of the first codes of epoch 3 and the letter of the epoch make
  // a word: at least these codes are skipped.
  const std::vector<std::string> plain =
      Lines(Make("--count 20 --epoch 3").out);
  Write("words",
        plain[4].substr(0, 3) + "\n\n" + plain[11].substr(0, 4) + "\n");
  const Result made = Make("--count 20 --epoch 3 --words words");
  EXPECT_EQ(made.exit_code, 0);
  const std::vector<std::string> codes = Lines(made.out);
  EXPECT_THAT(codes, SizeIs(20));
  EXPECT_THAT(codes, Each(Not(StartsWith(plain[4].substr(0, 3)))));
  EXPECT_THAT(codes, Each(Not(StartsWith(plain[11].substr(0, 4)))));
  EXPECT_THAT(made.err, HasSubstr("2 numbers skipped for a word, the next "
                                  "number is 22"));
  const Result checked =
      Check(plain[4] + "\n" + codes[4] + "\n", "--words words --until 22");
  EXPECT_EQ(checked.exit_code, 2);
  EXPECT_THAT(checked.out, HasSubstr(plain[4] + "\tWORD\t"));
  EXPECT_THAT(checked.out, HasSubstr(codes[4] + "\tOK\t3\t5\n"));
}

TEST_F(CodesTest, WantsANumberToBeginWith) {
  const Result plan =
      Vouch("codes plan --length 8 --count 9 --from 2024-01-01");
  EXPECT_EQ(plan.exit_code, 1);
  EXPECT_THAT(plan.err, HasSubstr("--from: is a number from 0"));
}

TEST_F(CodesTest, Plans) {
  const Result plan =
      Vouch("codes plan --length 8 --count 10000 --from 3000 --out 2990");
  EXPECT_EQ(plan.exit_code, 0);
  EXPECT_THAT(plan.err, IsEmpty());
  EXPECT_EQ(plan.out,
            "codes of 8 letters under one key: 1073741824\n"
            "out now: 2990; a guess hits one in 359110: 1495/536870912 = "
            "0.00000278465449810028076171875\n"
            "out with 10000 more: 12990; a guess hits one in 82659: "
            "6495/536870912 = 0.00001209788024425506591796875\n"
            "numbers left then: 1073728824\n");
  EXPECT_THAT(Vouch("codes plan --length 6 --count 1").out,
              HasSubstr("out now: 0; no guess hits one\n"));
}

TEST_F(CodesTest, RefusesARangeThatIsTooSmall) {
  for (const char* const command : {"codes plan --length 6 --count 2000000",
                                    "codes make --keys keys --program-id shop "
                                    "--length 6 --count 2000000"}) {
    const Result result = Vouch(command);
    EXPECT_EQ(result.exit_code, 1) << command;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_EQ(result.err,
              "vouch: length: of 6 letters there are 1048576 codes, 2000000 "
              "numbers would be used; 7 letters of a new series fit\n");
  }
  const Result easy =
      Vouch("codes plan --length 7 --count 1000 --one-in 1000000");
  EXPECT_EQ(easy.exit_code, 1);
  EXPECT_THAT(easy.err, HasSubstr("8 letters of a new series fit"));
}

TEST_F(CodesTest, RefusesWhatItCannotUse) {
  Write("bad", "3 0011zz");
  Write("no_epoch", kKey);
  Write("twice", std::string("3 ") + kKey + "\n3 " + kOtherKey);
  Write("empty", "# nothing\n");
  Write("long", std::string(5000, 'a'));
  Write("short_word", "fine\nab\n");
  const std::string make =
      "codes make --program-id shop --length 10 --count 1 --keys ";
  const std::pair<std::string, std::string> cases[] = {
      {"codes", "no command \"codes\""},
      {"codes burn", "no command \"codes burn\""},
      {"codes make more", "what is \"more\"?"},
      {"codes make --count 1", "codes make needs --program-id"},
      {"codes check --program-id a --length 8", "codes check needs --codes"},
      {"codes plan --length 8 --count 1 --keys k",
       "codes plan takes no --keys"},
      {"codes plan --length 5 --count 1",
       "length: is not from 6 to 16 letters"},
      {"codes plan --length 8 --count -1", "count"},
      {make + "no_file", "no_file: No such file or directory"},
      {make + ".", ".: Is a directory"},
      {make + "bad", "bad: line 1: key: is not of hexadecimal digits"},
      {make + "no_epoch", "no_epoch: line 1: does not begin with an epoch"},
      {make + "twice", "twice: line 2: has an epoch for the second time"},
      {make + "empty", "--keys: has no key"},
      {make + "long", "long: line 1: longer than 4096 bytes"},
      {make + "keys --epoch 9", "--epoch: has no key"},
      {make + "keys --words no_file", "no_file: No such file or directory"},
      {make + "keys --words short_word", "words[1]: is shorter than 3 letters"},
  };
  for (const auto& [arguments, message] : cases) {
    const Result result = Vouch(arguments);
    EXPECT_EQ(result.exit_code, 1) << arguments;
    EXPECT_THAT(result.out, IsEmpty()) << arguments;
    EXPECT_THAT(result.err, HasSubstr(message)) << arguments;
    EXPECT_THAT(result.err, Not(HasSubstr("0011"))) << arguments;
    EXPECT_THAT(result.err, Not(HasSubstr("0001"))) << arguments;
  }
}

class ContactKeyCommandTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("secret",
          "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
  }
};

// As in the unit test, worked out with Python's hmac.
TEST_F(ContactKeyCommandTest, MakesOneALine) {
  Write("values", "anna@example.com\r\n Anna Berg <ANNA@example.com>\n");
  const std::string key =
      "k1:15cf36afa4ee1a18ecb851db27cfad35bc4abce44ebbcfe41fd5dc678359b49b\n";
  const Result file = Vouch(
      "contact-key --kind email --key-id k1 --secret secret --values values");
  EXPECT_EQ(file.exit_code, 0);
  EXPECT_EQ(file.out, key + key);
  EXPECT_THAT(file.err, IsEmpty());
  const Result environment = Shell(
      "VOUCH_CONTACT_SECRET=$(cat secret) '" VOUCH_CLI_PATH
      "' contact-key --kind EMAIL --key-id k1 --values - <values >out 2>err");
  EXPECT_EQ(environment.out, key + key);
}

TEST_F(ContactKeyCommandTest, HidesWhatItRefuses) {
  Write("values", "+49 30 12345678\n030 geheim\n");
  Write("blank", "+49 30 12345678\n\n");
  Write("short", "0011");
  const std::string rest = " --key-id k1 --secret secret --values values";
  const std::pair<std::string, std::string> cases[] = {
      {"--kind phone" + rest,
       "line 2: phone: holds what is no digit, or an extension"},
      {"--kind fax" + rest, "--kind: is one of email, phone, tax_number"},
      {"--kind phone --key-id k1 --secret secret --values blank",
       "line 2: phone: missing"},
      {"--kind phone --key-id k:1 --secret secret --values values",
       "line 1: key_id: holds more than"},
      {"--kind phone --key-id k1 --secret short --values values",
       "line 1: secret: is not of 16 to 1024 bytes"},
      {"--kind phone --key-id k1 --secret values --values values",
       "values: line 1: key: is not of"},
  };
  for (const auto& [arguments, message] : cases) {
    const Result result = Vouch("contact-key " + arguments);
    EXPECT_EQ(result.exit_code, 1) << arguments;
    EXPECT_THAT(result.out, IsEmpty()) << arguments;
    EXPECT_THAT(result.err, HasSubstr(message)) << arguments;
    EXPECT_THAT(result.err, Not(HasSubstr("geheim"))) << arguments;
    EXPECT_THAT(result.err, Not(HasSubstr("12345678"))) << arguments;
  }
}

}  // namespace
}  // namespace cli_test
}  // namespace vouch
