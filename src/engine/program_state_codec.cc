// A program's state as items, for snapshots. An item is a tag and what the tag
// says, in this order:
//
//   1  the reference data, once
//   2  a code, by index                 6  a customer, by number
//   3  a lead, by index                 7  a partner, by index
//   4  a visitor, by number             8  an account: its partner, the state
//   5  payments: seq and id, by seq     9  refunds: ids, in order
//  10  payouts: their last step, by id
//  11  identity keys that several customers share, with these in the order in
//      which their sign-ups brought it, by key
//  12  sums and how much there was of everything, once
//
// Lists (5, 9 to 11) come in pieces of bounded size. Ids of contracts are those
// of the customers' contracts. Nothing here depends on the order of a hash, nor
// on room that a refused event made for a customer.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "program_state.h"
#include "vouch/attribute/state_codec.h"
#include "vouch/base/bytes.h"
#include "vouch/base/status.h"
#include "vouch/identify/state_codec.h"
#include "vouch/program/reference_codec.h"
#include "vouch/rate/state_codec.h"
#include "vouch/settle/state_codec.h"

VOUCH_NAMESPACE_BEGIN

namespace {

enum Tag : uint8_t {
  kReferenceItem = 1,
  kCodeItem,
  kLeadItem,
  kVisitorItem,
  kPaymentsItem,
  kCustomerItem,
  kPartnerItem,
  kAccountItem,
  kRefundsItem,
  kPayoutsItem,
  kSharedKeysItem,
  kSumsItem,
};

// Of what is written here: accounts' heads, lists and sums.
constexpr uint8_t kItemsVersion = 1;

// A piece of a list ends with the entry that reaches this.
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

absl::Status Lost(std::string_view reason) {
  return FieldStatus(absl::StatusCode::kDataLoss, "program_state", reason);
}

bool IsNew(const VisitorState& state) {
  return !state.customer.has_value() && state.touches.empty() &&
         state.redeemed.empty();
}

bool IsNew(const CustomerState& state) {
  return !state.first_signup_at && !state.decision && state.touches.empty() &&
         state.contracts.empty() && state.payments.empty() &&
         state.leads.empty() && state.redeemed.empty() &&
         state.servicers.empty() && !state.first_payment_at &&
         !state.merged_into.has_value() && state.other_names.empty();
}

// How many states there are up to the last that is not new.
template <typename State>
std::size_t UsedOf(const std::vector<State>& states) {
  std::size_t used = states.size();
  while (used > 0 && IsNew(states[used - 1])) --used;
  return used;
}

// As far as the last customer of whom something is known, be it only that a
// visitor is that customer.
std::size_t UsedOf(const std::vector<CustomerState>& customers,
                   const std::vector<VisitorState>& visitors) {
  std::size_t used = UsedOf(customers);
  for (const VisitorState& visitor : visitors) {
    used = std::max<std::size_t>(used, visitor.customer.value());
  }
  return used;
}

// How much there is of everything, as the sums tell.
using Sizes = std::array<std::size_t, 8>;

template <typename Accounts>
std::size_t CountAccounts(const Accounts& accounts) {
  std::size_t count = 0;
  for (const auto& of_partner : accounts) count += of_partner.size();
  return count;
}

template <typename CustomersByKey>
std::size_t CountShared(const CustomersByKey& customers_by_key) {
  return static_cast<std::size_t>(absl::c_count_if(
      customers_by_key,
      [](const auto& under) { return under.second.size() > 1; }));
}

}  // namespace

// ---------------------------------------------------------------------------
// Writing

class StateItemWriter {
 public:
  StateItemWriter(const ProgramState& state, ProgramState::StateItem item)
      : state_(state), item_(item) {}

  absl::Status Write() {
    Begin(kReferenceItem);
    AppendState(state_.reference_, &bytes_);
    VOUCH_RETURN_IF_ERROR(End());
    VOUCH_RETURN_IF_ERROR(WriteStates(kCodeItem, state_.codes_));
    VOUCH_RETURN_IF_ERROR(WriteStates(kLeadItem, state_.leads_));
    const std::size_t visitors = UsedOf(state_.visitors_);
    VOUCH_RETURN_IF_ERROR(WriteStates(
        kVisitorItem, absl::MakeConstSpan(state_.visitors_).first(visitors)));
    VOUCH_RETURN_IF_ERROR(WritePayments());
    VOUCH_RETURN_IF_ERROR(WriteCustomers());
    VOUCH_RETURN_IF_ERROR(WritePartners());
    VOUCH_RETURN_IF_ERROR(WriteAccounts());
    VOUCH_RETURN_IF_ERROR(WriteRefunds());
    VOUCH_RETURN_IF_ERROR(WritePayouts());
    VOUCH_RETURN_IF_ERROR(WriteSharedKeys());
    return WriteSums();
  }

 private:
  void Begin(Tag tag) { bytes_.assign(1, static_cast<char>(tag)); }
  absl::Status End() { return item_(bytes_); }

  template <typename States>
  absl::Status WriteStates(Tag tag, const States& states) {
    for (const auto& state : states) {
      Begin(tag);
      AppendState(state, &bytes_);
      VOUCH_RETURN_IF_ERROR(End());
    }
    return absl::OkStatus();
  }

  absl::Status WriteCustomers() {
    const std::size_t count = UsedOf(state_.customers_, state_.visitors_);
    for (std::size_t i = 0; i < count; ++i) {
      Begin(kCustomerItem);
      AppendState(i < state_.customers_.size() ? state_.customers_[i]
                                               : state_.new_customer_,
                  state_.reference_, &bytes_);
      VOUCH_RETURN_IF_ERROR(End());
    }
    return absl::OkStatus();
  }

  absl::Status WritePartners() {
    for (const PartnerState& partner : state_.partners_) {
      Begin(kPartnerItem);
      AppendState(partner, state_.reference_, &bytes_);
      VOUCH_RETURN_IF_ERROR(End());
    }
    return absl::OkStatus();
  }

  absl::Status WriteAccounts() {
    std::string state;
    for (std::size_t i = 0; i < state_.accounts_.size(); ++i) {
      for (const AccountState& account : state_.accounts_[i]) {
        state.clear();
        AppendState(account, &state);
        Begin(kAccountItem);
        ByteWriter writer(&bytes_);
        writer.Byte(kItemsVersion);
        writer.Unsigned(i + 1);
        writer.Text(state);
        VOUCH_RETURN_IF_ERROR(End());
      }
    }
    return absl::OkStatus();
  }

  // Writes `entries` in pieces, each entry by `put`.
  template <typename Entries, typename Put>
  absl::Status WriteList(Tag tag, const Entries& entries, Put put) {
    ByteWriter writer(&bytes_);
    bytes_.clear();
    for (const auto& entry : entries) {
      if (bytes_.empty()) {
        Begin(tag);
        writer.Byte(kItemsVersion);
      }
      put(entry, &writer);
      if (bytes_.size() < kPieceBytes) continue;
      VOUCH_RETURN_IF_ERROR(End());
      bytes_.clear();
    }
    return bytes_.empty() ? absl::OkStatus() : End();
  }

  absl::Status WritePayments() {
    std::vector<std::pair<Seq, std::string_view>> payments;
    payments.reserve(state_.payments_.size());
    for (const auto& [id, seq] : state_.payments_) {
      payments.emplace_back(seq, id);
    }
    std::sort(payments.begin(), payments.end());
    return WriteList(kPaymentsItem, payments,
                     [](const auto& payment, ByteWriter* writer) {
                       writer->Unsigned(payment.first.value());
                       writer->Text(payment.second);
                     });
  }

  absl::Status WriteRefunds() {
    std::vector<std::string_view> refunds(state_.refunds_.begin(),
                                          state_.refunds_.end());
    std::sort(refunds.begin(), refunds.end());
    return WriteList(
        kRefundsItem, refunds,
        [](std::string_view id, ByteWriter* writer) { writer->Text(id); });
  }

  absl::Status WritePayouts() {
    std::vector<const Payout*> payouts;
    payouts.reserve(state_.payouts_.size());
    for (const auto& payout : state_.payouts_) {
      payouts.push_back(&payout.second);
    }
    std::sort(payouts.begin(), payouts.end(),
              [](const Payout* a, const Payout* b) {
                return a->payout_id < b->payout_id;
              });
    return WriteList(kPayoutsItem, payouts,
                     [](const Payout* payout, ByteWriter* writer) {
                       writer->Text(payout->payout_id);
                       writer->Unsigned(payout->seq.value());
                       writer->Signed(payout->time.us);
                       writer->Byte(static_cast<uint8_t>(payout->state));
                       writer->Unsigned(payout->partner.value());
                       writer->Text(payout->currency.code());
                       writer->Signed(payout->amount_minor);
                     });
  }

  // Of a key of one customer the customer itself tells.
  absl::Status WriteSharedKeys() {
    std::vector<std::string_view> keys;
    for (const auto& [key, customers] : state_.customers_by_key_) {
      if (customers.size() > 1) keys.push_back(key);
    }
    std::sort(keys.begin(), keys.end());
    return WriteList(kSharedKeysItem, keys,
                     [this](std::string_view key, ByteWriter* writer) {
                       const auto& customers = state_.customers_by_key_.at(key);
                       writer->Text(key);
                       writer->Unsigned(customers.size());
                       for (const CustomerNumber customer : customers) {
                         writer->Unsigned(customer.value());
                       }
                     });
  }

  absl::Status WriteSums() {
    Begin(kSumsItem);
    ByteWriter writer(&bytes_);
    writer.Byte(kItemsVersion);
    writer.Unsigned(state_.books_.size());
    for (const ProgramState::Books& books : state_.books_) {
      writer.Text(books.currency.code());
      writer.Signed(books.expense_minor);
      writer.Signed(books.gross_minor);
    }
    writer.Signed(state_.turnover_minor_);
    writer.Signed(state_.outreach_count_);
    const Sizes sizes = {UsedOf(state_.visitors_),
                         UsedOf(state_.customers_, state_.visitors_),
                         CountAccounts(state_.accounts_),
                         state_.payments_.size(),
                         state_.refunds_.size(),
                         state_.payouts_.size(),
                         state_.leads_.size(),
                         CountShared(state_.customers_by_key_)};
    for (const std::size_t size : sizes) writer.Unsigned(size);
    return End();
  }

  const ProgramState& state_;
  ProgramState::StateItem item_;
  std::string bytes_;
};

absl::Status ProgramState::WriteState(StateItem item) const {
  return StateItemWriter(*this, item).Write();
}

// ---------------------------------------------------------------------------
// Reading

class StateItemReader {
 public:
  explicit StateItemReader(ProgramState* state) : state_(*state) {}

  absl::Status Read(std::string_view item) {
    const uint8_t tag = item.empty() ? 0 : static_cast<uint8_t>(item[0]);
    const uint8_t before = std::exchange(state_.reading_.tag, tag);
    if (tag < kReferenceItem || tag > kSumsItem) return Lost("an unknown item");
    const bool once = tag == kReferenceItem || tag == kSumsItem;
    const bool first = before == 0;
    if (tag < before || (once && tag == before) ||
        first != (tag == kReferenceItem)) {
      return Lost("an item out of order");
    }
    if (tag != before) state_.reading_.id = {};
    return ReadBody(tag, item.substr(1));
  }

 private:
  absl::Status ReadBody(uint8_t tag, std::string_view bytes) {
    switch (tag) {
      case kReferenceItem:
        return ReadReference(bytes);
      case kCodeItem:
        return ReadState(bytes, &state_.reference_,
                         &state_.codes_.emplace_back());
      case kLeadItem:
        return ReadLead(bytes);
      case kVisitorItem:
        return ReadState(bytes, &state_.reference_,
                         &state_.visitors_.emplace_back());
      case kCustomerItem:
        return ReadCustomer(bytes);
      case kPartnerItem:
        return ReadPartner(bytes);
      case kAccountItem:
        return ReadAccount(bytes);
      case kSumsItem:
        return ReadSums(bytes);
      default:
        return ReadPiece(tag, bytes);
    }
  }

  absl::Status ReadReference(std::string_view bytes) {
    VOUCH_RETURN_IF_ERROR(ReadState(bytes, &state_.reference_));
    state_.partners_.resize(state_.reference_.partner_count());
    state_.accounts_.resize(state_.reference_.partner_count());
    return absl::OkStatus();
  }

  absl::Status ReadCustomer(std::string_view bytes) {
    // No two contracts have one id.
    const auto keep = [this](std::string_view id) {
      if (state_.contracts_.contains(id)) return std::string_view();
      return *state_.contracts_.insert(state_.ids_.Add(id)).first;
    };
    CustomerState& customer = state_.customers_.emplace_back();
    VOUCH_RETURN_IF_ERROR(
        ReadState(bytes, &state_.reference_, keep, &customer));
    for (const std::string_view key : customer.identity_keys) {
      state_.customers_by_key_[key].emplace_back(state_.customers_.size());
    }
    return absl::OkStatus();
  }

  absl::Status ReadLead(std::string_view bytes) {
    LeadState& lead = state_.leads_.emplace_back();
    VOUCH_RETURN_IF_ERROR(ReadState(bytes, &state_.reference_, &lead));
    const LeadIndex index(static_cast<uint32_t>(state_.leads_.size()));
    if (!state_.lead_ids_.emplace(lead.lead_id, index).second) {
      return Lost("a lead twice");
    }
    state_.leads_by_key_[lead.contact_keys.front()].push_back(index);
    return absl::OkStatus();
  }

  absl::Status ReadPartner(std::string_view bytes) {
    const auto keep = [this](std::string_view id) {
      const auto paid = state_.payments_.find(id);
      if (paid != state_.payments_.end()) return paid->first;
      const auto lead = state_.lead_ids_.find(id);
      return lead == state_.lead_ids_.end() ? std::string_view() : lead->first;
    };
    const std::size_t place = state_.reading_.partners++;
    if (place >= state_.partners_.size()) return Lost("a partner too many");
    PartnerState* state = &state_.partners_[place];
    VOUCH_RETURN_IF_ERROR(ReadState(bytes, &state_.reference_, keep, state));
    const PartnerIndex owner(static_cast<uint32_t>(place + 1));
    for (const BookedAccrual& accrual : state->accruals) {
      if (accrual.payee != owner) {
        state_.riding_.emplace(accrual.accrual_id, owner);
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadAccount(std::string_view bytes) {
    ByteReader reader(bytes);
    if (reader.Byte() != kItemsVersion) return OtherVersion();
    const uint64_t of = reader.Unsigned();
    const std::string_view account = reader.Text();
    if (!reader.ok() || !reader.AtEnd()) return Lost("an account is torn");
    if (of < std::max(1u, state_.reading_.account_of.value()) ||
        of > state_.accounts_.size()) {
      return Lost("an account of nobody, or out of order");
    }
    state_.reading_.account_of = PartnerIndex(static_cast<uint32_t>(of));
    AccountState read;
    VOUCH_RETURN_IF_ERROR(ReadState(account, &state_.reference_, &read));
    auto& accounts = state_.accounts_[of - 1];
    for (const AccountState& other : accounts) {
      if (other.currency == read.currency) return Lost("an account twice");
    }
    accounts.push_back(std::move(read));
    return absl::OkStatus();
  }

  absl::Status ReadPiece(uint8_t tag, std::string_view bytes) {
    ByteReader reader(bytes);
    if (reader.Byte() != kItemsVersion) return OtherVersion();
    if (reader.AtEnd()) return Lost("a list of nothing");
    while (reader.ok() && !reader.AtEnd()) {
      const bool good = tag == kPaymentsItem  ? ReadPayment(&reader)
                        : tag == kRefundsItem ? ReadRefund(&reader)
                        : tag == kPayoutsItem ? ReadPayout(&reader)
                                              : ReadSharedKey(&reader);
      if (reader.ok() && !good) return Lost("a list with what cannot be");
    }
    return reader.ok() ? absl::OkStatus() : Lost("a list is torn");
  }

  // Whether `id` comes after the one before it in the list; it is kept then.
  bool NextId(std::string_view id) {
    if (id <= state_.reading_.id) return false;
    state_.reading_.id = state_.ids_.Add(id);
    return true;
  }

  bool ReadPayment(ByteReader* reader) {
    const Seq seq(reader->Unsigned());
    const std::string_view id = reader->Text();
    if (!reader->ok() || seq <= state_.reading_.payment_seq || id.empty() ||
        state_.payments_.contains(id)) {
      return false;
    }
    state_.payments_.emplace(state_.ids_.Add(id), seq);
    state_.reading_.payment_seq = seq;
    return true;
  }

  bool ReadRefund(ByteReader* reader) {
    const std::string_view id = reader->Text();
    if (!reader->ok() || !NextId(id)) return false;
    state_.refunds_.insert(state_.reading_.id);
    return true;
  }

  bool ReadPayout(ByteReader* reader) {
    Payout payout;
    const std::string_view id = reader->Text();
    payout.seq = Seq(reader->Unsigned());
    payout.time.us = reader->Signed();
    payout.state = static_cast<PayoutState>(reader->Byte());
    const uint64_t partner = reader->Unsigned();
    const auto currency = Currency::Find(reader->Text());
    payout.amount_minor = reader->Signed();
    if (!reader->ok() || !IsValid(payout.time) || !IsWord(payout.state) ||
        partner == 0 || partner > state_.reference_.partner_count() ||
        !currency.ok() || payout.amount_minor <= 0 || !NextId(id)) {
      return false;
    }
    payout.payout_id = state_.reading_.id;
    payout.partner = PartnerIndex(static_cast<uint32_t>(partner));
    payout.currency = *currency;
    state_.payouts_.emplace(payout.payout_id, payout);
    return true;
  }

  // The customers are known; here is their order.
  bool ReadSharedKey(ByteReader* reader) {
    const std::string_view key = reader->Text();
    std::vector<CustomerNumber> customers;
    for (std::size_t n = reader->Count(); n > 0 && reader->ok(); --n) {
      customers.emplace_back(reader->Unsigned());
    }
    const auto known = state_.customers_by_key_.find(key);
    if (!reader->ok() || known == state_.customers_by_key_.end() ||
        customers.size() < 2 || !NextId(key) ||
        !absl::c_is_permutation(customers, known->second)) {
      return false;
    }
    known->second = std::move(customers);
    ++state_.reading_.shared_keys;
    return true;
  }

  absl::Status ReadSums(std::string_view bytes) {
    ByteReader reader(bytes);
    if (reader.Byte() != kItemsVersion) return OtherVersion();
    for (std::size_t n = reader.Count(); n > 0 && reader.ok(); --n) {
      VOUCH_RETURN_IF_ERROR(ReadBooks(&reader));
    }
    state_.turnover_minor_ = reader.Signed();
    state_.outreach_count_ = reader.Signed();
    const Sizes sizes = {state_.visitors_.size(),
                         state_.customers_.size(),
                         CountAccounts(state_.accounts_),
                         state_.payments_.size(),
                         state_.refunds_.size(),
                         state_.payouts_.size(),
                         state_.leads_.size(),
                         CountShared(state_.customers_by_key_)};
    bool all = state_.codes_.size() == state_.reference_.code_count() &&
               state_.reading_.partners == state_.partners_.size() &&
               state_.reading_.shared_keys == sizes.back();
    for (const std::size_t size : sizes) {
      all = reader.Unsigned() == size && all;
    }
    if (!reader.ok() || !reader.AtEnd()) return Lost("the sums are torn");
    return all ? absl::OkStatus() : Lost("not as many items as were written");
  }

  absl::Status ReadBooks(ByteReader* reader) {
    const auto currency = Currency::Find(reader->Text());
    ProgramState::Books books;
    books.expense_minor = reader->Signed();
    books.gross_minor = reader->Signed();
    if (!reader->ok() || !currency.ok()) return Lost("the sums are torn");
    books.currency = *currency;
    for (const ProgramState::Books& other : state_.books_) {
      if (other.currency == books.currency) return Lost("a currency twice");
    }
    state_.books_.push_back(books);
    return absl::OkStatus();
  }

  static absl::Status OtherVersion() {
    return Lost("an item written by another version");
  }

  ProgramState& state_;
};

absl::Status ProgramState::ReadItem(std::string_view item) {
  return StateItemReader(this).Read(item);
}

// ---------------------------------------------------------------------------
// Whether what was read belongs together: every place that one state has in
// another is there, and the books balance. Applying events relies on it.

class StateChecker {
 public:
  explicit StateChecker(const ProgramState& state) : state_(state) {}

  absl::Status Check() {
    if (state_.reading_.tag != kSumsItem) return Lost("its end is missing");
    for (const VisitorState& visitor : state_.visitors_) {
      if (visitor.customer.value() > state_.customers_.size()) {
        return Lost("a visitor is a customer who is none");
      }
    }
    if (UsedOf(state_.visitors_) != state_.visitors_.size() ||
        UsedOf(state_.customers_, state_.visitors_) !=
            state_.customers_.size()) {
      return Lost("ends with visitors or customers of whom nothing is known");
    }
    VOUCH_RETURN_IF_ERROR(CheckCustomers());
    VOUCH_RETURN_IF_ERROR(CheckPayments());
    for (std::size_t i = 0; i < state_.partners_.size(); ++i) {
      VOUCH_RETURN_IF_ERROR(
          CheckPartner(PartnerIndex(static_cast<uint32_t>(i + 1)),
                       state_.partners_[i], state_.accounts_[i]));
    }
    return CheckSums();
  }

 private:
  using Accounts = absl::InlinedVector<AccountState, 1>;

  // Names lead to customers that are no other's name, and leads are there.
  absl::Status CheckCustomers() const {
    for (const LeadState& lead : state_.leads_) {
      if (lead.customer.value() > state_.customers_.size()) {
        return Lost("a lead of a customer who is none");
      }
    }
    for (std::size_t i = 0; i < state_.customers_.size(); ++i) {
      const CustomerState& customer = state_.customers_[i];
      const CustomerNumber into = customer.merged_into;
      if (into.has_value() && !IsNameOf(CustomerNumber(i + 1), into)) {
        return Lost("a name of a customer who does not know it");
      }
      for (const CustomerNumber name : customer.other_names) {
        if (name.value() == 0 || name.value() > state_.customers_.size() ||
            state_.customers_[name.value() - 1].merged_into.value() != i + 1) {
          return Lost("a customer with a name that is none of it");
        }
      }
      for (const LeadIndex lead : customer.leads) {
        if (!IsLead(lead)) return Lost("a customer with a lead that is none");
      }
      if (!customer.decision) continue;
      for (const Credit& credit : customer.decision->credits) {
        if (credit.lead.has_value() && !IsLead(credit.lead)) {
          return Lost("a credit by a lead that is none");
        }
      }
    }
    return absl::OkStatus();
  }
  bool IsNameOf(CustomerNumber name, CustomerNumber into) const {
    return into.value() <= state_.customers_.size() &&
           absl::c_linear_search(
               state_.customers_[into.value() - 1].other_names, name);
  }
  bool IsLead(LeadIndex lead) const {
    return lead.has_value() && lead.value() <= state_.leads_.size();
  }

  // Every payment is that of exactly one customer.
  absl::Status CheckPayments() {
    std::vector<Seq> named;
    std::vector<Seq> kept;
    named.reserve(state_.payments_.size());
    kept.reserve(state_.payments_.size());
    for (const auto& payment : state_.payments_)
      named.push_back(payment.second);
    for (const CustomerState& customer : state_.customers_) {
      for (const PaymentState& payment : customer.payments) {
        kept.push_back(payment.seq);
        paid_.emplace(payment.seq, &payment);
      }
    }
    std::sort(named.begin(), named.end());
    std::sort(kept.begin(), kept.end());
    return named == kept ? absl::OkStatus()
                         : Lost("payments and customers do not match");
  }

  static bool HasParcel(const Accounts& accounts, Currency currency,
                        const AccrualId& id) {
    return std::any_of(
        accounts.begin(), accounts.end(), [&](const AccountState& account) {
          return account.currency == currency && account.Find(id) != nullptr;
        });
  }

  // Whether the rate stage knows the accrual that a parcel of `partner`'s
  // account belongs to.
  bool IsBooked(PartnerIndex partner, const AccountState& account,
                const Parcel& parcel) const {
    const AccrualId& head = account.parcels[parcel.head].accrual_id;
    const auto riding = state_.riding_.find(head);
    const PartnerIndex owner =
        riding == state_.riding_.end() ? partner : riding->second;
    const auto& accruals = state_.partners_[owner.value() - 1].accruals;
    const auto found =
        std::lower_bound(accruals.begin(), accruals.end(), head,
                         [](const BookedAccrual& a, const AccrualId& id) {
                           return a.accrual_id < id;
                         });
    return found != accruals.end() && found->accrual_id == head &&
           found->payee == partner;
  }

  // Whether its customer made the payment that the accrual names.
  bool IsPaid(const BookedAccrual& accrual) const {
    return state_.FindPayment(accrual.payment_id) == accrual.payment_seq &&
           state_.CustomerOrNew(accrual.customer)
                   .FindPayment(accrual.payment_seq) != nullptr;
  }

  // Whether the payment that the partner's state counts is there, knows it, and
  // has the lines.
  absl::Status CheckPaid(PartnerIndex index, const PartnerState& partner,
                         Seq payment_seq, std::size_t first_base,
                         std::size_t base_count) const {
    const auto found = paid_.find(payment_seq);
    if (found == paid_.end()) return Lost("an accrual of no payment");
    const PaymentState& payment = *found->second;
    if (!absl::c_linear_search(payment.payees, index)) {
      return Lost("an accrual that its payment does not know");
    }
    for (std::size_t i = 0; i < base_count; ++i) {
      const LineBase& base = partner.bases[first_base + i];
      if (base.line < payment.line_count) continue;
      return Lost("an accrual on a line that its payment does not have");
    }
    return absl::OkStatus();
  }

  absl::Status CheckPartner(PartnerIndex index, const PartnerState& partner,
                            const Accounts& accounts) const {
    for (const BookedAccrual& accrual : partner.accruals) {
      if (accrual.source == AccrualSource::kPayment) {
        if (!IsPaid(accrual)) return Lost("an accrual of no payment");
        VOUCH_RETURN_IF_ERROR(CheckPaid(index, partner, accrual.payment_seq,
                                        accrual.first_base,
                                        accrual.base_count));
      }
      if (!accrual.payee.has_value() ||
          accrual.payee.value() > state_.accounts_.size() ||
          !HasParcel(state_.accounts_[accrual.payee.value() - 1],
                     accrual.terms->currency(), accrual.accrual_id)) {
        return Lost("an accrual that no account holds");
      }
    }
    for (const CountedShare& share : partner.shares) {
      VOUCH_RETURN_IF_ERROR(CheckPaid(index, partner, share.payment_seq,
                                      share.first_base, share.base_count));
    }
    for (const AccountState& account : accounts) {
      for (const Parcel& parcel : account.parcels) {
        if (parcel.accrual_id.place == 0 && parcel.next == 0) continue;
        if (IsBooked(index, account, parcel)) continue;
        return Lost("an account holds an accrual that is none");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckSums() const {
    if (state_.turnover_minor_ < 0 || state_.outreach_count_ < 0) {
      return Lost("a sum below zero");
    }
    for (const auto& of_partner : state_.accounts_) {
      for (const AccountState& account : of_partner) {
        if (!IsWithin(account)) return Lost("a balance past all that moved");
      }
    }
    for (const ProgramState::Books& books : state_.books_) {
      if (books.expense_minor + SumOf(books.currency) != 0) {
        return Lost("the books do not balance");
      }
    }
    return absl::OkStatus();
  }

  // Whether no balance is further from zero than all that ever moved.
  bool IsWithin(const AccountState& account) const {
    absl::int128 gross = 0;
    for (const ProgramState::Books& books : state_.books_) {
      if (books.currency == account.currency) gross = books.gross_minor;
    }
    const Balances& b = account.balances;
    const std::array<int64_t, 4> all = {b.pending_minor, b.payable_minor,
                                        b.in_transit_minor, b.paid_minor};
    return std::all_of(all.begin(), all.end(), [gross](int64_t balance) {
      return -gross <= balance && balance <= gross;
    });
  }

  // Of all accounts in `currency`.
  absl::int128 SumOf(Currency currency) const {
    absl::int128 sum = 0;
    for (const auto& of_partner : state_.accounts_) {
      for (const AccountState& account : of_partner) {
        if (account.currency != currency) continue;
        const Balances& b = account.balances;
        sum += absl::int128(b.pending_minor) + b.payable_minor +
               b.in_transit_minor + b.paid_minor;
      }
    }
    return sum;
  }

  const ProgramState& state_;
  absl::flat_hash_map<Seq, const PaymentState*> paid_;
};

absl::Status ProgramState::FinishReading() const {
  return StateChecker(*this).Check();
}

VOUCH_NAMESPACE_END
