#include "convert.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "vouch/base/currency.h"
#include "vouch/base/money.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

namespace retail_year {

namespace {

using vouch::FormatInstant;
using vouch::Instant;

constexpr int kPricePlaces = 6;
constexpr int64_t kPriceUnits = 1'000'000;  // of a pound
constexpr int64_t kPence = 100;             // of a pound
constexpr int64_t kHourUs = 3600 * vouch::kUsPerSecond;

absl::Status AtLine(int64_t line, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", line, ": ", vouch::ToAbsl(why)));
}

std::string Pounds(int64_t minor) {
  return vouch::FormatMoney({minor, *vouch::Currency::Parse("GBP")});
}

// `text` as a JSON string.
std::string Json(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&json, "\\u%04x", static_cast<unsigned>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

// One line: what all events have, and a body as JSON.
void WriteEvent(std::string_view event_id, Instant time, const char* kind,
                const std::string& body, std::FILE* output) {
  absl::FPrintF(output,
                "{\"program_id\":\"retail-year\",\"event_id\":%s,\"time\":\"%s"
                "\",\"%s\":{%s}}\n",
                Json(event_id), FormatInstant(time), kind, body);
}

std::string PartnerId(int partner) {
  return absl::StrFormat("partner-%03d", partner);
}

}  // namespace

int PartnerOf(std::string_view customer_id) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : customer_id) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211u;
  }
  return static_cast<int>(hash % kPartnersCount) + 1;
}

absl::StatusOr<int64_t> AmountMinor(int64_t quantity,
                                    std::string_view unit_price) {
  VOUCH_ASSIGN_OR_RETURN(const int64_t price,
                         vouch::ParseDecimal(unit_price, kPricePlaces));
  VOUCH_ASSIGN_OR_RETURN(
      const int64_t amount,
      vouch::DivideRounded(absl::int128(quantity) * price * kPence, kPriceUnits,
                           vouch::Rounding::kHalfEven));
  if (amount > kMaxAmountMinor || amount < -kMaxAmountMinor) {
    return absl::OutOfRangeError("more than a billion pounds");
  }
  return amount;
}

void Converter::Tally::Add(int64_t amount_minor) {
  ++count;
  minor += amount_minor;
}

std::string Converter::Tally::ToString(const char* what) const {
  return absl::StrCat(count, " ", what, ", ", Pounds(minor), "\n");
}

Converter::Invoice* Converter::InvoiceOf(const std::vector<std::string>& fields,
                                         Instant time) {
  const auto [found, fresh] = by_id_.try_emplace(fields[0], invoices_.size());
  if (fresh) {
    Invoice& invoice = invoices_.emplace_back();
    invoice.id = fields[0];
    invoice.customer_id = fields[5];
    invoice.time = time;
    invoice.cancellation = fields[0][0] == 'C';
  }
  Invoice* invoice = &invoices_[found->second];
  return invoice->customer_id == fields[5] ? invoice : nullptr;
}

absl::Status Converter::Add(const std::vector<std::string>& fields,
                            int64_t line) {
  if (fields.size() != 7) return AtLine(line, "there must be 7 fields");
  ++rows_count_;
  if (fields[5].empty()) {
    ++unknown_customer_count_;
    return absl::OkStatus();
  }
  if (fields[0].empty()) return AtLine(line, "invoice: missing");
  const auto quantity = vouch::ParseDecimal(fields[2], 0);
  if (!quantity.ok()) return AtLine(line, "quantity: not a whole number");
  const auto time = vouch::ParseInstant(fields[3]);
  if (!time.ok()) return AtLine(line, "invoice_date: not RFC 3339");
  if (time->us - kHourUs < vouch::kMinInstant.us) {
    return AtLine(line, "invoice_date: leaves no hour for the touch");
  }
  const auto amount = AmountMinor(*quantity, fields[4]);
  if (!amount.ok()) return AtLine(line, "unit_price: not an amount");
  Invoice* invoice = InvoiceOf(fields, *time);
  if (invoice == nullptr) return AtLine(line, "the invoice has two customers");
  const int64_t due = invoice->cancellation ? -*amount : *amount;
  if (due <= 0) {
    ++no_amount_count_;
    return absl::OkStatus();
  }
  invoice->lines.push_back({fields[1], *quantity, due, due});
  return absl::OkStatus();
}

absl::Status Converter::Write(std::FILE* output) {
  std::stable_sort(
      invoices_.begin(), invoices_.end(),
      [](const Invoice& a, const Invoice& b) { return a.time < b.time; });
  // The first invoice of each customer, in the same order, is an hour ahead of
  // itself: two walks side by side, the touches first where times are equal.
  std::vector<const Invoice*> firsts;
  std::set<std::string_view> seen;
  for (const Invoice& invoice : invoices_) {
    if (seen.insert(invoice.customer_id).second) firsts.push_back(&invoice);
  }
  customers_count_ = static_cast<int64_t>(firsts.size());
  if (!invoices_.empty()) WritePrologue(output);
  auto first = firsts.begin();
  for (std::size_t i = 0; i < invoices_.size(); ++i) {
    const Invoice& invoice = invoices_[i];
    for (; first != firsts.end() &&
           (*first)->time.us - kHourUs <= invoice.time.us;
         ++first) {
      WriteTouch(**first, output);
    }
    if (invoice.lines.empty()) continue;
    if (invoice.cancellation) {
      WriteCancellation(invoice, output);
    } else {
      WritePayment(invoice, output);
      paid_[invoice.customer_id].push_back(i);
    }
  }
  if (!invoices_.empty()) {
    WriteEvent("clock", invoices_.back().time, "clock", "", output);
  }
  if (std::fflush(output) != 0 || std::ferror(output) != 0) {
    return absl::DataLossError("the output cannot be written");
  }
  return absl::OkStatus();
}

// All partners, at the time of the first touch.
void Converter::WritePrologue(std::FILE* output) const {
  const Instant at{invoices_.front().time.us - kHourUs};
  for (int partner = 1; partner <= kPartnersCount; ++partner) {
    const std::string id = PartnerId(partner);
    WriteEvent(
        id, at, "partner_set",
        absl::StrCat("\"partner_id\":", Json(id), ",\"kind\":\"AFFILIATE\""),
        output);
  }
}

void Converter::WriteTouch(const Invoice& first, std::FILE* output) const {
  const std::string partner = PartnerId(PartnerOf(first.customer_id));
  WriteEvent(
      absl::StrCat("touch-", first.customer_id),
      Instant{first.time.us - kHourUs}, "touch",
      absl::StrCat("\"customer_id\":", Json(first.customer_id),
                   ",\"channel\":\"LINK\",\"partner_id\":", Json(partner)),
      output);
}

void Converter::WritePayment(const Invoice& invoice, std::FILE* output) {
  std::string body =
      absl::StrCat("\"payment_id\":", Json(invoice.id),
                   ",\"customer_id\":", Json(invoice.customer_id),
                   ",\"currency\":\"GBP\",\"lines\":[");
  int64_t sum = 0;
  for (std::size_t i = 0; i < invoice.lines.size(); ++i) {
    const Line& line = invoice.lines[i];
    absl::StrAppend(&body, i == 0 ? "" : ",", "{\"line\":", i + 1,
                    ",\"product\":", Json(line.stock_code),
                    ",\"quantity\":", line.quantity,
                    ",\"amount_minor\":", line.amount_minor, "}");
    sum += line.amount_minor;
  }
  payments_.Add(sum);
  payment_lines_count_ += static_cast<int64_t>(invoice.lines.size());
  WriteEvent(absl::StrCat("pay-", invoice.id), invoice.time, "payment",
             body + ']', output);
}

void Converter::WriteCancellation(const Invoice& invoice, std::FILE* output) {
  std::vector<Refund> refunds;
  for (const Line& line : invoice.lines) GiveBack(invoice, line, &refunds);
  for (std::size_t i = 0; i < refunds.size(); ++i) {
    WriteRefund(invoice, refunds[i], i + 1, output);
  }
}

void Converter::GiveBack(const Invoice& invoice, const Line& line,
                         std::vector<Refund>* refunds) {
  const auto holds = [&line](const Line& paid) {
    return paid.stock_code == line.stock_code && paid.left_minor > 0;
  };
  const std::vector<std::size_t>& paid = paid_[invoice.customer_id];
  const auto hit = std::find_if(
      paid.rbegin(), paid.rend(), [this, &holds](std::size_t payment) {
        const std::vector<Line>& lines = invoices_[payment].lines;
        return std::any_of(lines.begin(), lines.end(), holds);
      });
  int64_t open = line.amount_minor;
  if (hit == paid.rend()) {
    NotRefundable(invoice, line, open, "no earlier payment holds it",
                  &no_payment_);
    return;
  }
  auto refund = std::find_if(
      refunds->begin(), refunds->end(),
      [hit](const Refund& other) { return other.payment == *hit; });
  if (refund == refunds->end()) {
    refund = refunds->insert(refunds->end(), {*hit, {}});
  }
  std::vector<Line>& lines = invoices_[*hit].lines;
  for (std::size_t i = 0; i < lines.size() && open > 0; ++i) {
    if (!holds(lines[i])) continue;
    const int64_t part = std::min(open, lines[i].left_minor);
    lines[i].left_minor -= part;
    refund->lines[i] += part;
    open -= part;
  }
  if (open > 0) {
    NotRefundable(invoice, line, open, "past what is left of its payment",
                  &past_);
  }
}

void Converter::WriteRefund(const Invoice& invoice, const Refund& refund,
                            std::size_t place, std::FILE* output) {
  const std::string id = absl::StrCat(invoice.id, "-", place);
  std::string body =
      absl::StrCat("\"refund_id\":", Json(id),
                   ",\"payment_id\":", Json(invoices_[refund.payment].id),
                   ",\"customer_id\":", Json(invoice.customer_id),
                   ",\"kind\":\"REFUND\",\"lines\":[");
  int64_t sum = 0;
  const char* comma = "";
  for (const auto& [line, amount] : refund.lines) {
    absl::StrAppend(&body, comma, "{\"line\":", line + 1,
                    ",\"amount_minor\":", amount, "}");
    comma = ",";
    sum += amount;
  }
  refunds_.Add(sum);
  WriteEvent(absl::StrCat("refund-", id), invoice.time, "refund", body + ']',
             output);
}

void Converter::NotRefundable(const Invoice& invoice, const Line& line,
                              int64_t amount_minor, const char* why,
                              Tally* tally) {
  tally->Add(amount_minor);
  absl::StrAppend(&named_, "not refundable: ", invoice.id, " ", line.stock_code,
                  " of customer ", invoice.customer_id, ", ",
                  Pounds(amount_minor), ": ", why, "\n");
}

std::string Converter::Summary() const {
  return absl::StrCat(
      named_, rows_count_, " rows, of them ", unknown_customer_count_,
      " without customer and ", no_amount_count_, " without amount\n",
      customers_count_, " customers of ", kPartnersCount, " partners\n",
      payments_.ToString("payments"), payment_lines_count_,
      " lines of payments\n", refunds_.ToString("refunds"),
      no_payment_.ToString("cancelled rows that no earlier payment holds"),
      past_.ToString("cancelled rows past what is left of their payment"));
}

}  // namespace retail_year
