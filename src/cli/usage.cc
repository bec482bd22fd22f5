#include "cli/usage.h"

#include <string_view>

#include "absl/strings/str_cat.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

namespace {

constexpr std::string_view kUsage =
    R"(vouch: who is credited with a customer, and how much money moves

usage: vouch COMMAND --flag VALUE ...

commands:
  check      --program P
             says OK, or every mistake of the program, one a line
  run        [--db D] [--program P] --events E [--print ROWS] [--batch-size N]
             applies the events; prints the rows that follow on standard
             output, refused events and a summary on standard error. With --db
             the books are kept in D, and events that are there already are
             duplicates
  statement  --db D | [--program P] --events E
             --partner A [--period T] [--format F]
             a partner's account of a period
  explain    --db D | [--program P] --events E
             --payment X | --lead L | --customer C [--at M] [--format F]
             why a payment or a lead earned what it earned, or nothing; or who
             is credited with a customer, or would be by a conversion at M
  stats      --db D | [--program P] --events E
             [--period T] [--format F]
             the funnel and its rates: in all, by partner, code, campaign and
             channel
  simulate   --db D | [--program P] --events E
             --terms P [--from M] [--html NEW] [--format F]
             what other terms would have paid: in all, by partner, rule and
             month, beside what was booked; the books stay as they are. --html
             writes the same with charts, as one file that stands alone
  outputs    --db D [--after SEQ] [--limit N] [--print ROWS]
             the feed, as JSON Lines, for other books to follow
  verify     --db D
             applies the whole log anew and names what in D differs from what
             it gives
  backup     --db D --to NEW
             a copy as of the last batch, while others read and write
  compact    --db D [--rebuild]
             gives unused room back; --rebuild makes the snapshot anew from the
             log first
  erase      --db D --customer C [--program-id I]
             removes the id of a customer for good; amounts and proofs stay.
             Where somebody reads meanwhile it says so: old pages stay until it
             is called again, and then says that there is no such customer
  codes make   [--keys K] [--epoch E] --program-id I --length L --count C
               [--from N] [--words W]
             promo codes of C numbers from N on, one a line; on standard error
             how many numbers were skipped, and the next N
  codes check  [--keys K] [--epoch E] --program-id I --length L --codes F
               [--until N] [--words W]
             for each code its letters, OK, epoch and number, or what was typed
             and why it is no code; between them tabs
  codes plan   --length L --count C [--from N] [--out M] [--one-in G]
             how many codes there are, and what a guess is worth afterwards;
             refused, with the length that fits, where they are too few
  contact-key  --kind KIND --key-id NAME --values F [--secret S]
             a blinded key of each contact in F, one a line
  link make    --program-id I --base URL [--path-template T] [--hosts H]
               [--key-id NAME [--secret S] [--expires M]] FIELD=VALUE ...
             a referral link that says the fields: partner, code, campaign,
             destination, sub1 to sub5, click_id, utm_source, utm_medium,
             utm_campaign, utm_term, utm_content
  link resolve --program-id I [--path-template T] [--hosts H]
               [--key-id NAME [--secret S]] [--require-signature] [--at M]
               [--format F] URL
             what a URL says; a field a line. A destination elsewhere and a
             signature that is bad, expired or of another key are refused
  help       this text

flags:
  --program P      file of a program, in Protocol Buffers' text format or JSON.
                   It is applied before the events, as a program_set with the
                   event_id "program", in force from the earliest moment on; so
                   it takes seq 1. Left out where the events bring their own
  --events E       file of events; "-" is standard input
  --db D           file of the books, made by "vouch run" where there is none
  --input jsonl|binary
                   form of the events: JSON Lines, or records of a length and a
                   vouch.v1.Event. Else as the name says: .jsonl, .json and "-"
                   are JSON Lines, all others binary
  --print accruals|entries|decisions|balances
                   rows to print, as JSON Lines; 64-bit integers are text there.
                   balances: one row a partner and currency, and after those of
                   a program one row a currency with the program's expense.
                   "outputs" without it prints all rows of the feed
  --after SEQ      only what events after this one gave (0)
  --limit N        ends with the first event at which N rows are printed; an
                   event's rows are never parted. The seq of the last row is
                   the next --after. 0 is no limit (0)
  --batch-size N   events to apply at once, 1 to 1000000 (1000). What comes out
                   is the same for all
  --program-id I   which program is asked about, where there are several
  --period T       2024, 2024-Q1, 2024-01, 2024-01-31, or a range of days
                   without its end, 2024-01-05..2024-02-05; in the program's
                   time zone. Else from the first event to the last
  --at M           2024-01-31, its first moment in the program's time zone, or
                   2024-01-31T12:00:00Z. Else the latest moment of the events;
                   of a link a whole moment, else now by the system's clock
  --terms P        file of the other terms, of the form of --program; with the
                   same program_id, currency and time zone
  --from M         since when the other terms are in force, in the place of all
                   that the books have from then on; as of --at. Else from the
                   beginning, in the place of all
  --html NEW       file to be written; one that is there is replaced
  --format text|json
                   form of the answer (text)
  --keys K         file of the keys of codes: a line each with its epoch, 0 to
                   31, and 32, 48 or 64 hexadecimal digits; "#" begins a remark.
                   Else the variable VOUCH_CODE_KEYS has the same, with ";"
                   between keys. Never on the command line, which others see
  --epoch E        which of these keys. "make" takes the last without, "check"
                   knows all
  --length L       letters of a code, 6 to 16
  --count C        codes to make
  --from N         the first number; of a plan, how many numbers are used (0)
  --until N        numbers below this were given out (all)
  --out M          codes that are out (as many as numbers are used)
  --one-in G       afterwards at most one guess in G is to hit a code
  --words W        file of words that no code holds, one a line; for "check"
                   the same as for "make"
  --codes F        file of codes, one a line; "-" is standard input
  --kind email|phone|tax_number
  --values F       file of contacts, one a line; "-" is standard input
  --key-id NAME    name of the secret, which stands before the colon of a key
                   and in the signature of a link
  --secret S       file of the secret: 32 to 128 hexadecimal digits. Else the
                   variable VOUCH_CONTACT_SECRET, of links VOUCH_LINK_SECRET
  --base URL       what a link begins with; with --path-template, no path
  --path-template T
                   whole paths with fields in braces, /r/{code}; several with
                   commas for resolving. Fields that are in no path are in the
                   query
  --hosts H        where a link's destination may lead, with commas:
                   shop.example,*.shop.example,localhost:3000
  --expires M      the end of the signature, 2025-01-01T00:00:00Z; else it has
                   none
  --require-signature
                   refuses a link without one
  --version        the version

exit codes:
  0  done; every event was applied, now or before
  1  the command could not be carried out: wrong flags, a file that cannot be
     read, a wrong program, output that cannot be written
  2  done, but at least one event was refused ("vouch run" lists them), or
     "vouch verify" found a difference, or "vouch codes check" a text that is no
     code, or "vouch link resolve" refused the link
)";

}  // namespace

std::string_view UsageText() { return kUsage; }

std::string VersionText() {
  return absl::StrCat("vouch ", VOUCH_VERSION_MAJOR, ".", VOUCH_VERSION_MINOR,
                      ".", VOUCH_VERSION_PATCH, " (semantics revision ",
                      kSemanticsRevision, ")\n");
}

}  // namespace cli

VOUCH_NAMESPACE_END
