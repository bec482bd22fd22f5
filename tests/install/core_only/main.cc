// A billing system that wants the calculator alone.
#include <cstdio>

#include "vouch/rate/rate.h"

int main() {
  using namespace vouch;
  ProgramSpec terms;
  terms.program_id = "shop";
  terms.currency = "EUR";
  terms.time_zone = "UTC";
  terms.rules.emplace_back().rule_id = "tenth";
  terms.rules.back().reward.percent = "10%";
  Mistakes mistakes;
  const auto program = Program::Build(terms, &mistakes);
  if (program == nullptr) return 1;

  event::PaymentLine line;
  line.line = 1;
  line.amount_minor = 79000;
  RatableCredit credit;
  credit.weight_ppb = kPpb;
  RatablePayment payment;
  payment.lines = absl::MakeConstSpan(&line, 1);
  payment.phase = Phase::kAcquisition;
  payment.credits = absl::MakeConstSpan(&credit, 1);
  Rating rating;
  if (!RatePayment(*program, payment, nullptr, &rating).ok()) return 1;
  if (rating.amounts.size() != 1) return 1;
  std::printf("%lld\n", static_cast<long long>(rating.amounts[0].amount_minor));
  return rating.amounts[0].amount_minor == 7900 ? 0 : 1;
}
