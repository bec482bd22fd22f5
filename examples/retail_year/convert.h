// From invoice lines to events: payments, refunds, and the partners and
// touches that the data do not have. The rules are in README.md.
//
//   Converter converter;
//   for (each row) if (!(status = converter.Add(row, line)).ok()) ...
//   converter.Write(output);
//   std::fputs(converter.Summary().c_str(), stderr);
#ifndef VOUCH_EXAMPLES_RETAIL_YEAR_CONVERT_H_
#define VOUCH_EXAMPLES_RETAIL_YEAR_CONVERT_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/instant.h"

namespace retail_year {

inline constexpr int kPartnersCount = 200;
inline constexpr int64_t kMaxAmountMinor = 100'000'000'000;  // a billion pounds

// The partner of a customer, from 1: FNV-1a (64 bits) of the customer's id,
// modulo kPartnersCount, plus 1.
int PartnerOf(std::string_view customer_id);

// quantity x unit price in pence, exactly, rounded once, half to even. The
// price is decimal text of up to 6 places. INVALID_ARGUMENT for another text,
// OUT_OF_RANGE beyond kMaxAmountMinor, with which no file's sums overflow.
absl::StatusOr<int64_t> AmountMinor(int64_t quantity,
                                    std::string_view unit_price);

class Converter {
 public:
  // Takes the next record: invoice, stock_code, quantity, invoice_date,
  // unit_price, customer_id, country. INVALID_ARGUMENT naming `line`.
  absl::Status Add(const std::vector<std::string>& fields, int64_t line);

  // Makes the refunds and writes all events in the order of their time, as
  // JSON Lines. DATA_LOSS when writing fails.
  absl::Status Write(std::FILE* output);

  // After Write: every row that is not refundable by its name, then the
  // counts and sums.
  std::string Summary() const;

 private:
  struct Line {
    std::string stock_code;
    int64_t quantity = 0;
    int64_t amount_minor = 0;  // paid; of a cancellation: to be given back
    int64_t left_minor = 0;    // not yet given back
  };
  struct Invoice {
    std::string id;
    std::string customer_id;
    vouch::Instant time;
    bool cancellation = false;
    std::vector<Line> lines;
  };
  // What a cancellation takes back of one payment: line -> pence.
  struct Refund {
    std::size_t payment = 0;  // its place in invoices_
    std::map<std::size_t, int64_t> lines;
  };
  // A number of rows with what they come to.
  struct Tally {
    int64_t count = 0;
    int64_t minor = 0;
    void Add(int64_t amount_minor);
    std::string ToString(const char* what) const;
  };

  // The invoice of a record, perhaps a new one; null if it has another
  // customer.
  Invoice* InvoiceOf(const std::vector<std::string>& fields,
                     vouch::Instant time);
  void WritePrologue(std::FILE* output) const;
  void WriteTouch(const Invoice& first, std::FILE* output) const;
  void WritePayment(const Invoice& invoice, std::FILE* output);
  void WriteCancellation(const Invoice& invoice, std::FILE* output);
  void WriteRefund(const Invoice& invoice, const Refund& refund,
                   std::size_t place, std::FILE* output);
  // Gives `line` back as far as it goes; the refund is added to `*refunds`.
  void GiveBack(const Invoice& invoice, const Line& line,
                std::vector<Refund>* refunds);
  void NotRefundable(const Invoice& invoice, const Line& line,
                     int64_t amount_minor, const char* why, Tally* tally);

  std::vector<Invoice> invoices_;  // as they first came
  std::unordered_map<std::string, std::size_t> by_id_;
  // Of each customer, its payments so far in the order of time.
  std::unordered_map<std::string, std::vector<std::size_t>> paid_;

  int64_t rows_count_ = 0;
  int64_t unknown_customer_count_ = 0;
  int64_t no_amount_count_ = 0;
  int64_t customers_count_ = 0;
  Tally payments_;
  int64_t payment_lines_count_ = 0;
  Tally refunds_;
  Tally no_payment_;
  Tally past_;
  std::string named_;  // one line for each row that is not refundable
};

}  // namespace retail_year

#endif  // VOUCH_EXAMPLES_RETAIL_YEAR_CONVERT_H_
