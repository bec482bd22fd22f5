#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/program_state.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/event_box.h"
#include "tests/support/history.h"
#include "tests/support/torn_bytes.h"
#include "tests/support/tries.h"
#include "vouch/base/bytes.h"
#include "vouch/base/limits.h"
#include "vouch/event/check.h"
#include "vouch/event/subjects.h"
#include "vouch/program/reference_codec.h"
#include "vouch/rate/state_codec.h"
#include "vouch/settle/state_codec.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

using Items = std::vector<std::string>;

Items ItemsOf(const ProgramState& state) {
  Items items;
  const absl::Status status = state.WriteState([&](std::string_view item) {
    items.emplace_back(item);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return items;
}

absl::Status ReadAll(const Items& items, ProgramState* state) {
  for (const std::string& item : items) {
    VOUCH_RETURN_IF_ERROR(state->ReadItem(item));
  }
  return state->FinishReading();
}

std::unique_ptr<ProgramState> Again(const Items& items) {
  auto state = std::make_unique<ProgramState>();
  const absl::Status status = ReadAll(items, state.get());
  EXPECT_TRUE(status.ok()) << status;
  return state;
}

// The events of one program that can be applied, under their numbers, as an
// engine would give them; each event id once.
class Feeder {
 public:
  Feeder() = default;
  Feeder(History history, std::string_view program_id)
      : history_(std::move(history)) {
    std::set<std::string_view> ids;
    for (const Event& event : history_.events) {
      if (event.program_id != program_id || !CheckEvent(event).ok()) continue;
      if (!ids.insert(event.event_id).second) continue;
      events_.push_back(event);
      Number(&events_.back().body);
    }
  }
  std::size_t size() const { return events_.size(); }

  // Applies event `place` and tells what came of it; `*refused` says whether
  // that was nothing.
  std::string Apply(std::size_t place, ProgramState* state,
                    bool* refused = nullptr) const {
    EventOutputs outputs;
    const absl::Status status =
        state->Apply(events_[place], Seq(place + 1), nullptr, &outputs);
    if (refused != nullptr) *refused = !status.ok();
    return status.ok() ? Text(outputs) : status.ToString();
  }

 private:
  void Number(EventBody* body) {
    ForEachCustomer(*body, [this](event::CustomerRef& ref) {
      if (!ref.id.empty()) {
        ref.number = CustomerNumber(NumberOf(ref.id, &customers_));
      }
    });
    ForEachVisitor(*body, [this](event::VisitorRef& ref) {
      if (!ref.id.empty()) {
        ref.number = VisitorNumber(NumberOf(ref.id, &visitors_));
      }
    });
  }
  static uint64_t NumberOf(std::string_view id,
                           std::map<std::string_view, uint64_t>* numbers) {
    return numbers->emplace(id, numbers->size() + 1).first->second;
  }

  static std::string Text(const EventOutputs& outputs) {
    std::string text;
    for (const Accrual& a : outputs.accruals) {
      absl::StrAppend(&text, ToAbsl(Word(a.kind)), "|", a.seq.value(), "|",
                      a.time.us, "|", FormatAccrualId(a.accrual_id), "|",
                      FormatAccrualId(a.restores_id), "|",
                      a.payment_seq.value(), "|", a.customer.value(), "|");
      absl::StrAppend(&text, a.due.us, "|", a.partner.value(), "|",
                      ToAbsl(a.payment_id), "|", ToAbsl(a.refund_id), "|",
                      ToAbsl(a.rule_id), "|", ToAbsl(Word(a.role)), "|",
                      a.level, "|");
      absl::StrAppend(&text, a.base_minor, "|", a.amount_minor, "|",
                      a.weight_ppb, "|", ToAbsl(a.currency.code()), "|",
                      ToAbsl(Word(a.phase)), "|", a.contract_year, "\n");
    }
    for (const Entry& e : outputs.entries) {
      absl::StrAppend(&text, e.place, "|", ToAbsl(Word(e.kind)), "|",
                      e.partner.value(), "|", ToAbsl(Word(e.from)), ">",
                      ToAbsl(Word(e.to)), "|", e.amount_minor, "|");
      absl::StrAppend(&text, ToAbsl(e.currency.code()), "|",
                      FormatAccrualId(e.accrual_id), "|", ToAbsl(e.rule_id),
                      "|", ToAbsl(e.payout_id), "|", ToAbsl(e.author), "|",
                      e.due.us, "\n");
    }
    if (outputs.payout) {
      const Payout& p = *outputs.payout;
      absl::StrAppend(&text, ToAbsl(Word(p.state)), "|", p.seq.value(), "|",
                      ToAbsl(p.payout_id), "|", p.partner.value(), "|",
                      p.amount_minor, "|", p.time.us, "\n");
    }
    if (outputs.decision) {
      const Decision& d = *outputs.decision;
      absl::StrAppend(&text, ToAbsl(Word(d.trigger)), "|", d.touch_count, "|",
                      d.terms_seq.value(), "|", outputs.customer.value(), "|",
                      ToAbsl(outputs.payment_id), "|", d.vendor_weight_ppb, "|",
                      d.binds, "|", d.bound_until.value_or(Instant{}).us);
      for (const Credit& c : d.credits) {
        absl::StrAppend(&text, "|", c.partner.value(), ",", c.weight_ppb, ",",
                        c.code.value(), ",", c.lead.value(), ",",
                        ToAbsl(c.campaign), ",", c.touch_seq.value());
      }
    }
    return text;
  }

  History history_;  // whose texts the events borrow
  std::vector<Event> events_;
  std::map<std::string_view, uint64_t> customers_;
  std::map<std::string_view, uint64_t> visitors_;
};

// Applied straight; and stopped after every `step`-th event, written, read into
// a new state and gone on with that one.
void ExpectSameFromBytes(const Feeder& feeder, std::size_t step,
                         const std::string& where) {
  ProgramState straight;
  auto split = std::make_unique<ProgramState>();
  for (std::size_t i = 0; i < feeder.size(); ++i) {
    if (i > 0 && i % step == 0) {
      const Items items = ItemsOf(*split);
      split = Again(items);
      ASSERT_TRUE(ItemsOf(*split) == items) << where << ", event " << i;
    }
    ASSERT_EQ(feeder.Apply(i, split.get()), feeder.Apply(i, &straight))
        << where << ", event " << i;
  }
  ASSERT_TRUE(ItemsOf(*split) == ItemsOf(straight)) << where;
}

TEST(ProgramStateCodecTest, AStateFromItsBytesGoesOnAsIfNothingHadBeen) {
  for (uint64_t seed = 1; seed <= Tries(300, 300); ++seed) {
    for (const std::string_view program : {"p0", "p1"}) {
      const Feeder feeder(MakeHistory(seed), program);
      for (const std::size_t step : {1, 7}) {
        ExpectSameFromBytes(feeder, step,
                            absl::StrCat("seed ", seed, ", ", ToAbsl(program),
                                         ", step ", step));
        if (HasFatalFailure()) return;
      }
    }
  }
}

// Of customers who share a key, a lead under it is of the one whose sign-up
// brought it first, and then of the customer whom that one became: not of the
// one who was named first.
TEST(ProgramStateCodecTest, WhoseALeadIsOutlivesTheBytes) {
  History h;
  const auto put = [&h](EventBody body) {
    h.events.push_back({"p0", h.box.Text(absl::StrCat("e", h.events.size())),
                        Instant{19'724 * kUsPerDay}, std::move(body)});
  };
  const event::BlindKey key{"k", h.box.Text(std::string(64, '1'))};
  const auto sign_up = [&](std::string_view customer) {
    event::Signup signup = EventBox::Signup(customer);
    signup.identity_keys = h.box.Keys({key});
    put(signup);
  };
  std::vector<std::size_t> qualified;
  const auto qualify = [&](std::string_view lead, std::string_view partner) {
    put(h.box.Lead(lead, partner, {key}));
    qualified.push_back(h.events.size());
    put(EventBox::Update(lead, key, LeadStatus::kQualified));
    put(EventBox::Update(lead, key, LeadStatus::kLost));
  };
  ProgramSpec spec = PercentProgram("p0", "10%");
  RuleSpec lead;
  lead.rule_id = "lead";
  lead.earns_on = EarnsOn::kQualifiedLead;
  lead.reward.fixed = {500, FixedPer::kPayment};
  spec.rules.push_back(lead);
  put(h.box.Program(spec));
  for (const char* id : {"anna", "bob"}) put(EventBox::Partner(id));
  put(EventBox::Signup("c1"));
  sign_up("c2");
  sign_up("c1");
  qualify("l1", "anna");
  put(EventBox::Merge("c2", "c3"));
  qualify("l2", "bob");

  const Feeder feeder(std::move(h), "p0");
  ExpectSameFromBytes(feeder, 1, "whose a lead is");
  ProgramState state;
  std::vector<std::string> outcomes;
  for (std::size_t i = 0; i < feeder.size(); ++i) {
    outcomes.push_back(feeder.Apply(i, &state));
  }
  EXPECT_THAT(outcomes[qualified[0]], testing::HasSubstr("|0|2|")) << "of c2";
  EXPECT_THAT(outcomes[qualified[1]], testing::HasSubstr("|0|3|")) << "of c3";
}

// What a refused event made room for is no state.
TEST(ProgramStateCodecTest, RefusedEventsLeaveTheBytesAsTheyWere) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    const Feeder feeder(MakeHistory(seed), "p0");
    ProgramState state;
    Items before = ItemsOf(state);
    for (std::size_t i = 0; i < feeder.size(); ++i) {
      bool refused = false;
      const std::string outcome = feeder.Apply(i, &state, &refused);
      Items after = ItemsOf(state);
      if (refused) {
        ASSERT_TRUE(after == before)
            << "seed " << seed << ", event " << i << ": " << outcome;
      }
      before = std::move(after);
    }
  }
}

// Refusals by the state, one of each in attribution and identity, among events
// that are applied.
TEST(ProgramStateCodecTest, WhatTheStateForbidsLeavesTheBytesAsTheyWere) {
  History h;
  std::vector<absl::StatusCode> expected;
  int64_t day = 19'724;  // 2024-01-02
  const auto put = [&](EventBody body,
                       absl::StatusCode code = absl::StatusCode::kOk) {
    h.events.push_back({"p0", h.box.Text(absl::StrCat("e", h.events.size())),
                        Instant{day * kUsPerDay}, std::move(body)});
    expected.push_back(code);
  };
  const event::BlindKey key{"k", h.box.Text(std::string(64, '1'))};
  const event::BlindKey other_key{"k", h.box.Text(std::string(64, '2'))};
  const auto code = [&h](int i) { return h.box.Text(absl::StrCat("C", i)); };
  put(h.box.Program(PercentProgram("p0", "10%")));
  for (const char* id : {"anna", "bob"}) put(EventBox::Partner(id));
  const int codes = static_cast<int>(kMaxRedeemedCodes);
  for (int i = 0; i <= codes; ++i) put(EventBox::Code(code(i), "anna"));
  for (int i = 0; i < codes; ++i) put(EventBox::Redeem("full", code(i)));
  put(h.box.Lead("l1", "anna", {key}, "c1"));
  put(EventBox::ByVisitor(EventBox::Redeem("v1", code(1))));
  put(EventBox::ByVisitor(EventBox::Redeem("v2", code(codes))));
  put(EventBox::Identify("v1", "c2"));
  put(h.box.Pay("i1", "c2", 100));
  put(EventBox::Merge("c3", "c2"));
  const std::size_t good = h.events.size();

  using absl::StatusCode;
  const StatusCode kTaken = StatusCode::kAlreadyExists;
  const StatusCode kForbidden = StatusCode::kFailedPrecondition;
  const StatusCode kFull = StatusCode::kResourceExhausted;
  put(h.box.Lead("l2", "bob", {key, other_key}, "new1"), kTaken);
  put(h.box.Lead("l2", "bob", {other_key}, "c1"), kTaken);
  put(h.box.Lead("l1", "anna", {other_key}, "new2"), kTaken);
  put(EventBox::Import("c2", "bob"), kTaken);
  put(EventBox::Identify("v1", "new3"), kForbidden);
  put(EventBox::Merge("c3", "new4"), kForbidden);
  put(EventBox::Merge("c2", "c3"), kForbidden);
  put(EventBox::Merge("new5", "new5"), kForbidden);
  put(EventBox::Redeem("full", code(codes)), kFull);
  put(EventBox::Identify("v2", "full"), kFull);
  --day;  // before the records of the partners, but not the program's version
  h.events[0].time.us -= kUsPerDay;
  put(h.box.Lead("l3", "anna", {other_key}, "new6"), StatusCode::kNotFound);

  const std::size_t all = h.events.size();
  const Feeder feeder(std::move(h), "p0");
  ASSERT_EQ(feeder.size(), all);
  ProgramState state;
  for (std::size_t i = 0; i < good; ++i) {
    bool refused = false;
    const std::string outcome = feeder.Apply(i, &state, &refused);
    ASSERT_FALSE(refused) << i << ": " << outcome;
  }
  const Items before = ItemsOf(state);
  for (std::size_t i = good; i < all; ++i) {
    bool refused = false;
    const std::string outcome = feeder.Apply(i, &state, &refused);
    ASSERT_TRUE(refused) << i;
    EXPECT_EQ(outcome.rfind(absl::StatusCodeToString(expected[i]), 0), 0u)
        << outcome;
    EXPECT_TRUE(ItemsOf(state) == before) << i << ": " << outcome;
  }
}

ProgramState& Apply(const Feeder& feeder, ProgramState* state) {
  for (std::size_t i = 0; i < feeder.size(); ++i) feeder.Apply(i, state);
  return *state;
}

// A history that leaves an item of every kind.
Items FullItems(Feeder* feeder) {
  for (uint64_t seed = 1;; ++seed) {
    *feeder = Feeder(MakeHistory(seed), "p0");
    ProgramState state;
    Items items = ItemsOf(Apply(*feeder, &state));
    std::set<char> tags;
    for (const std::string& item : items) tags.insert(item[0]);
    if (tags.size() == 12) return items;
  }
}

TEST(ProgramStateCodecTest, ItemsStandInOrder) {
  ProgramState state;
  const Items empty = ItemsOf(state);
  ASSERT_EQ(empty.size(), 2u);
  EXPECT_EQ(Hex(empty[0]), "0101000000");  // reference: nothing
  EXPECT_EQ(Hex(empty[1]),
            "0c01"                // sums, version
            "00"                  // no currency
            "0000"                // turnover, outreach
            "0000000000000000");  // none of anything
  Feeder feeder;
  char before = 0;
  for (const std::string& item : FullItems(&feeder)) {
    EXPECT_LE(before, item[0]);
    before = item[0];
  }
}

TEST(ProgramStateCodecTest, AnErrorOfTheWriterEndsTheWriting) {
  Feeder feeder;
  FullItems(&feeder);
  ProgramState state;
  Apply(feeder, &state);
  const std::size_t count = ItemsOf(state).size();
  for (std::size_t n = 0; n < count; ++n) {
    std::size_t left = n;
    const absl::Status status = state.WriteState([&](std::string_view) {
      return left-- > 0 ? absl::OkStatus() : absl::DataLossError("full");
    });
    EXPECT_EQ(status, absl::DataLossError("full")) << n;
  }
}

TEST(ProgramStateCodecTest, AMissingOrMovedOrRepeatedItemIsFound) {
  Feeder feeder;
  const Items items = FullItems(&feeder);
  for (std::size_t i = 0; i < items.size(); ++i) {
    Items wrong = items;
    wrong.erase(wrong.begin() + static_cast<std::ptrdiff_t>(i));
    ProgramState without;
    EXPECT_EQ(ReadAll(wrong, &without).code(), absl::StatusCode::kDataLoss)
        << "without item " << i;
    wrong = items;
    wrong.insert(wrong.begin() + static_cast<std::ptrdiff_t>(i), items[i]);
    ProgramState twice;
    EXPECT_EQ(ReadAll(wrong, &twice).code(), absl::StatusCode::kDataLoss)
        << "item " << i << " twice";
    wrong = items;
    wrong.resize(i);
    ProgramState cut;
    EXPECT_EQ(ReadAll(wrong, &cut).code(), absl::StatusCode::kDataLoss)
        << "the first " << i;
    if (i == 0 || items[i - 1][0] == items[i][0]) continue;
    wrong = items;
    std::swap(wrong[i - 1], wrong[i]);
    ProgramState moved;
    EXPECT_EQ(ReadAll(wrong, &moved).code(), absl::StatusCode::kDataLoss)
        << "item " << i << " too early";
  }
}

// Torn anywhere: refused. Changed anywhere: refused; or it is another state
// that could be, which gives the same bytes again and takes every event.
TEST(ProgramStateCodecTest, TornAndChangedItemsNeverCrash) {
  Feeder feeder;
  const Items items = FullItems(&feeder);
  const Feeder more(MakeHistory(77), "p0");
  for (std::size_t i = 0; i < items.size(); ++i) {
    Items wrong = items;
    for (std::size_t n = 0; n < items[i].size(); ++n) {
      wrong[i] = items[i].substr(0, n);
      ProgramState state;
      ASSERT_EQ(ReadAll(wrong, &state).code(), absl::StatusCode::kDataLoss)
          << "item " << i << " after " << n << " bytes";
    }
    ForEachFlip(items[i], i, 150, [&](const std::string& changed, auto at) {
      wrong[i] = changed;
      ProgramState state;
      const absl::Status status = ReadAll(wrong, &state);
      if (!status.ok()) {
        ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
        return;
      }
      EXPECT_TRUE(ItemsOf(state) == wrong) << "item " << i << ", byte " << at;
      Apply(feeder, &state);
      Apply(more, &state);
    });
  }
}

// A program in EUR with a partner anna, who brought customer 1.
class AnnasShop {
 public:
  AnnasShop() {
    Apply(box.Program(PercentProgram("p", "10%")));
    Apply(EventBox::Partner("anna"));
    Apply(OfFirst(EventBox::Click("c", "anna")));
  }

  absl::Status Try(EventBody body, ProgramState* on) {
    ++seq;
    const Event event{"p", "e", Instant{static_cast<int64_t>(seq)},
                      std::move(body)};
    return on->Apply(event, Seq(seq), nullptr, &outputs);
  }
  void Apply(EventBody body) {
    const absl::Status status = Try(std::move(body), &state);
    ASSERT_TRUE(status.ok()) << status;
  }
  template <typename Body>
  static Body OfFirst(Body body) {
    body.customer.number = CustomerNumber(1);
    return body;
  }

  EventBox box;
  ProgramState state;
  EventOutputs outputs;
  uint64_t seq = 0;
};

// What only a later event can show: ids that are taken, and sums that are near
// their end.
TEST(ProgramStateCodecTest, WhatWouldBeRefusedStillIs) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  AnnasShop shop;
  event::Outreach outreach;
  outreach.step = OutreachStep::kSent;
  outreach.count = kMost - 5;
  const std::vector<std::pair<EventBody, EventBody>> kPairs = {
      {AnnasShop::OfFirst(EventBox::Contract("k", "c", CivilDay(2024, 1, 1))),
       AnnasShop::OfFirst(EventBox::Contract("k", "c", CivilDay(2024, 1, 2)))},
      {AnnasShop::OfFirst(shop.box.Pay("i", "c", 1000)),
       AnnasShop::OfFirst(shop.box.Pay("i", "c", 1001))},
      {AnnasShop::OfFirst(
           EventBox::Refund("f", "i", "c", RefundKind::kRefund, 1)),
       AnnasShop::OfFirst(
           EventBox::Refund("f", "i", "c", RefundKind::kRefund, 2))},
      {EventBox::Request("o", "anna", 10, kEur),
       EventBox::Request("o", "anna", 11, kEur)},
      {outreach, outreach},
      {AnnasShop::OfFirst(
           shop.box.Pay("i2", "c", 1)),  // and 1000, given back 1
       AnnasShop::OfFirst(shop.box.Pay("i3", "c", kMost - 1001))},
  };
  for (const auto& [first, again] : kPairs) shop.Apply(first);
  const auto read = Again(ItemsOf(shop.state));
  for (const auto& [first, again] : kPairs) {
    const absl::Status straight = shop.Try(again, &shop.state);
    --shop.seq;
    EXPECT_FALSE(straight.ok()) << again.index();
    EXPECT_EQ(shop.Try(again, read.get()), straight) << again.index();
  }
}

// The items of a shop after one payment, with what anna has of it changed.
template <typename Change>
Items ChangedItems(Change change) {
  AnnasShop shop;
  shop.Apply(AnnasShop::OfFirst(shop.box.Pay("i", "c", 1000)));
  Items items = ItemsOf(shop.state);
  Reference texts;
  PartnerState partner;
  AccountState account = shop.state.AccountsOf(PartnerIndex(1))[0];
  for (const std::string& item : items) {
    const std::string_view bytes = std::string_view(item).substr(1);
    absl::Status status;
    if (item[0] == 1) status = ReadState(bytes, &texts);
    if (item[0] == 7) status = ReadState(bytes, &texts, &partner);
    EXPECT_TRUE(status.ok()) << status;
  }
  change(&partner, &account);
  for (std::string& item : items) {
    if (item[0] == 7) {
      item.resize(1);
      AppendState(partner, texts, &item);
    } else if (item[0] == 8) {
      item.resize(3);  // tag, version, partner 1
      std::string state;
      AppendState(account, &state);
      ByteWriter(&item).Text(state);
    }
  }
  return items;
}

TEST(ProgramStateCodecTest, TellsWhichAccrualsHaveNoGround) {
  using Change = void (*)(PartnerState*, AccountState*);
  const struct {
    Change change;
    std::string_view message;
  } kCases[] = {
      {[](PartnerState*, AccountState*) {}, ""},
      {[](PartnerState* p, AccountState*) {
         p->accruals[0].customer = CustomerNumber(2);
       },
       "program_state: an accrual of no payment"},
      {[](PartnerState* p, AccountState*) {
         p->accruals[0].payment_seq = Seq(5);
       },
       "partner_state: an accrual of another payment"},
      {[](PartnerState* p, AccountState*) { p->bases[0].line = 1; },
       "program_state: an accrual on a line that its payment does not have"},
      {[](PartnerState* p, AccountState*) {
         p->accruals[0].accrual_id.place = 2;
       },
       "program_state: an accrual that no account holds"},
      {[](PartnerState*, AccountState* a) { a->currency = kUsd; },
       "program_state: an accrual that no account holds"},
      {[](PartnerState* p, AccountState*) { *p = PartnerState(); },
       "program_state: an account holds an accrual that is none"},
      {[](PartnerState*, AccountState* a) {
         a->balances.payable_minor += 1;
         a->balances.paid_minor -= 1;
       },
       "program_state: a balance past all that moved"},
      {[](PartnerState*, AccountState* a) { a->balances.payable_minor -= 1; },
       "program_state: the books do not balance"},
  };
  for (const auto& c : kCases) {
    ProgramState state;
    const absl::Status status = ReadAll(ChangedItems(c.change), &state);
    if (c.message.empty()) {
      EXPECT_EQ(status, absl::OkStatus());
    } else {
      EXPECT_EQ(status, absl::DataLossError(ToAbsl(c.message)));
    }
  }
}

TEST(ProgramStateCodecTest, LongListsComeInPieces) {
  AnnasShop shop;
  const std::string tail(250, 'x');
  for (int i = 0; i < 1000; ++i) {
    const std::string id = absl::StrCat(i + 1000, tail);
    shop.Apply(AnnasShop::OfFirst(shop.box.Pay(id, "c", 100)));
  }
  std::size_t pieces = 0;
  const Items items = ItemsOf(shop.state);
  for (const std::string& item : items) {
    if (item[0] != 5) continue;
    ++pieces;
    EXPECT_LE(item.size(), 66'000u);
  }
  EXPECT_EQ(pieces, 4u);  // 256 bytes each, 64 KiB a piece
  const auto again = Again(items);
  EXPECT_TRUE(ItemsOf(*again) == items);
  EXPECT_EQ(again->FindPayment("1500" + tail), Seq(504));
}

// Items that are good each by itself and do not belong together.
TEST(ProgramStateCodecTest, TellsWhatDoesNotBelongTogether) {
  const auto bytes = [](std::string_view hex) {
    return absl::HexStringToBytes(ToAbsl(hex));
  };
  const std::string kNothing = bytes("0101000000");
  const struct {
    Items items;
    std::string_view message;
  } kCases[] = {
      {{}, "its end is missing"},
      {{kNothing}, "its end is missing"},
      {{""}, "an unknown item"},
      {{bytes("0d")}, "an unknown item"},
      {{bytes("0c01000000000000000000000000")}, "an item out of order"},
      {{kNothing, kNothing}, "an item out of order"},
      {{kNothing, bytes("05")}, "an item written by another version"},
      {{kNothing, bytes("0501")}, "a list of nothing"},
      {{kNothing, bytes("05010501")}, "a list is torn"},
      {{kNothing, bytes("05010500")}, "a list with what cannot be"},
      {{kNothing, bytes("0501"
                        "050161"
                        "050162")},
       "a list with what cannot be"},
      {{kNothing, bytes("0501"
                        "050161"
                        "060161")},
       "a list with what cannot be"},
      {{kNothing, bytes("0901"
                        "0162"
                        "0161")},
       "a list with what cannot be"},
      {{kNothing,
        bytes("0901"
              "0161"),
        bytes("0901"
              "0161")},
       "a list with what cannot be"},
      // A key of customers 1 and 2, who are none.
      {{kNothing, bytes("0b01"
                        "0161"
                        "020102")},
       "a list with what cannot be"},
      {{kNothing, bytes("07"
                        "0100")},
       "a partner too many"},
      {{kNothing, bytes("0801"
                        "01"
                        "00")},
       "an account of nobody, or out of order"},
      // A visitor who is customer 2, of none.
      {{kNothing,
        bytes("04"
              "01"
              "02"
              "00"
              "00"
              "00"),
        bytes("0c01000000"
              "0100000000000000")},
       "a visitor is a customer who is none"},
      // Visitor 1, of whom nothing is known, and nobody after.
      {{kNothing,
        bytes("04"
              "01"
              "00"
              "00"
              "00"
              "00"),
        bytes("0c01000000"
              "0100000000000000")},
       "ends with visitors or customers of whom nothing is known"},
      // A payment that no customer has.
      {{kNothing,
        bytes("0501"
              "050161"),
        bytes("0c01000000"
              "0000000100000000")},
       "payments and customers do not match"},
      // 1 of expense in EUR, and nobody's.
      {{kNothing, bytes("0c01"
                        "01"
                        "03455552"
                        "02"
                        "02"
                        "0000"
                        "0000000000000000")},
       "the books do not balance"},
      {{kNothing, bytes("0c01"
                        "02"
                        "03455552"
                        "00"
                        "00"
                        "03455552"
                        "0000"
                        "0000"
                        "0000000000000000")},
       "a currency twice"},
      {{kNothing, bytes("0c01"
                        "00"
                        "0100"
                        "0000000000000000")},
       "a sum below zero"},
      {{kNothing, bytes("0c01"
                        "00"
                        "0000"
                        "0000010000000000")},
       "not as many items as were written"},
  };
  for (const auto& c : kCases) {
    ProgramState state;
    const absl::Status status = ReadAll(c.items, &state);
    EXPECT_EQ(status, absl::DataLossError(
                          absl::StrCat("program_state: ", ToAbsl(c.message))));
  }
}

}  // namespace
}  // namespace vouch
