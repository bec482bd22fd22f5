// Vouch's tables in a host's database: the same names, columns and units as in
// docs/STORAGE_FORMAT.md, in a schema of their own. A host with migrations of
// its own copies this text into one.
#ifndef VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_SCHEMA_H_
#define VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_SCHEMA_H_

#include <cstdint>

namespace own_database {

// What vouch.schema_version says of these tables.
inline constexpr int64_t kSchemaVersion = 1;

// The order of columns is that in which postgres_write.cc gives them. Texts are
// compared byte by byte, as Vouch compares them.
inline constexpr char kSchema[] = R"sql(
CREATE SCHEMA vouch;

CREATE TABLE vouch.schema_version (version bigint NOT NULL);
INSERT INTO vouch.schema_version VALUES (1);

CREATE TABLE vouch.programs (
  program bigint PRIMARY KEY, -- its number, from 1
  program_id text COLLATE "C" NOT NULL);
CREATE TABLE vouch.customers (
  program bigint NOT NULL,
  customer bigint NOT NULL, -- its number in the program, from 1
  customer_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (program, customer));
CREATE TABLE vouch.visitors (
  program bigint NOT NULL,
  visitor bigint NOT NULL, -- its number in the program, from 1
  visitor_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (program, visitor));
CREATE TABLE vouch.revisions (
  from_seq bigint PRIMARY KEY, -- the first event under these rules
  semantics_revision bigint NOT NULL,
  time_zone_version text NOT NULL);

CREATE TABLE vouch.log (
  seq bigint PRIMARY KEY, -- the number of the event, from 1
  program bigint NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  time_us bigint NOT NULL, -- UTC, since 1970
  kind text NOT NULL,
  content bytea NOT NULL, -- hash of the event as it was given
  chain bytea NOT NULL, -- hash of this row and all before it
  record bytea NOT NULL,
  UNIQUE (program, event_id));

CREATE TABLE vouch.accruals (
  seq bigint NOT NULL REFERENCES vouch.log, -- the event that gave the row
  place bigint NOT NULL, -- from 1 among all rows of that event
  program bigint NOT NULL,
  partner bigint NOT NULL, -- the payee
  time_us bigint NOT NULL,
  kind text NOT NULL, -- ACCRUAL or REVERSAL
  source text NOT NULL, -- PAYMENT, REFUND, TRUE_UP, ...
  accrual_id text, -- of a reversal: the one it takes from
  restores_accrual_id text, -- what a won chargeback brings back
  payment_seq bigint,
  customer bigint, -- who paid
  due_us bigint NOT NULL, -- when it matures unless held
  payment_id text,
  refund_id text,
  rule_id text,
  role text, -- ACQUIRER or SERVICER
  level bigint NOT NULL, -- 0: the credited partner, uplines from 1
  base_minor bigint NOT NULL, -- the whole base of its lines
  amount_minor bigint NOT NULL, -- kind gives the direction
  weight_ppb bigint NOT NULL, -- of the credit, parts per billion
  currency text NOT NULL,
  phase text, -- ACQUISITION or RETENTION
  contract_year bigint NOT NULL, -- from 1
  lead_id text, -- of a qualified lead
  period_from_us bigint, -- of a true-up: its period's first moment
  PRIMARY KEY (seq, place));
CREATE INDEX ON vouch.accruals (program, partner, seq, place);

CREATE TABLE vouch.entries (
  seq bigint NOT NULL REFERENCES vouch.log, -- the event that gave the row
  place bigint NOT NULL, -- from 1 among all rows of that event
  program bigint NOT NULL,
  partner bigint NOT NULL, -- whose accounts
  time_us bigint NOT NULL,
  entry_place bigint NOT NULL, -- from 1 among the entries of that event
  kind text NOT NULL, -- why: ACCRUAL, REVERSAL, MATURE, VOID, ...
  currency text NOT NULL,
  from_account text NOT NULL, -- EXPENSE, PENDING, PAYABLE, IN_TRANSIT, PAID
  to_account text NOT NULL,
  amount_minor bigint NOT NULL, -- taken from one, added to the other
  accrual_id text,
  rule_id text,
  payout_id text,
  author text,
  reason text,
  due_us bigint, -- of MATURE: when the hold ended
  PRIMARY KEY (seq, place));
CREATE INDEX ON vouch.entries (program, partner, seq, place);

CREATE TABLE vouch.payouts (
  seq bigint NOT NULL REFERENCES vouch.log, -- the event of this step
  place bigint NOT NULL, -- from 1 among all rows of that event
  program bigint NOT NULL,
  partner bigint NOT NULL,
  time_us bigint NOT NULL,
  state text NOT NULL, -- REQUESTED, SENT or FAILED
  payout_id text NOT NULL,
  currency text NOT NULL,
  amount_minor bigint NOT NULL,
  PRIMARY KEY (seq, place));
CREATE INDEX ON vouch.payouts (program, partner, seq, place);

-- Where the rows of the feed stand: (seq, place) is their order.
CREATE VIEW vouch.feed AS
  SELECT seq, place, program, partner FROM vouch.accruals UNION ALL
  SELECT seq, place, program, partner FROM vouch.entries UNION ALL
  SELECT seq, place, program, partner FROM vouch.payouts;

CREATE TABLE vouch.decisions (
  seq bigint PRIMARY KEY REFERENCES vouch.log, -- the event that decided
  program bigint NOT NULL,
  customer bigint NOT NULL,
  payment_id text,
  at_us bigint NOT NULL,
  decided_by text NOT NULL, -- SIGNUP, PAYMENT or IMPORT
  touch_count bigint NOT NULL, -- how many were looked at
  terms_seq bigint, -- the event that set the terms
  vendor_weight_ppb bigint NOT NULL, -- the vendor's own, under DIRECT
  binds bigint NOT NULL, -- 1: it stands for other payments too; else 0
  bound_until_us bigint); -- NULL: no end, or it does not bind
CREATE TABLE vouch.credits (
  seq bigint NOT NULL REFERENCES vouch.decisions,
  place bigint NOT NULL, -- from 1 in the decision
  partner bigint NOT NULL,
  role text NOT NULL,
  weight_ppb bigint NOT NULL, -- with vendor_weight_ppb they add up to 1000000000
  channel text,
  code bigint, -- number of the code
  lead bigint, -- number of the lead, where the channel is LEAD
  campaign text,
  sub_ids text, -- joined by the character 31
  touch_seq bigint, -- the last touch that counted, a lead or an import
  touch_at_us bigint NOT NULL,
  PRIMARY KEY (seq, place));

CREATE TABLE vouch.partners (
  program bigint NOT NULL,
  partner bigint NOT NULL, -- its number in the program, from 1
  partner_id text COLLATE "C" NOT NULL,
  since_us bigint NOT NULL, -- since when this record is in force
  kind text,
  status text NOT NULL,
  partner_group text,
  customer_share_ppb bigint, -- parts per billion
  PRIMARY KEY (program, partner));
CREATE TABLE vouch.balances (
  program bigint NOT NULL,
  partner bigint NOT NULL,
  currency text COLLATE "C" NOT NULL,
  pending_minor bigint NOT NULL,
  payable_minor bigint NOT NULL, -- below zero: debt
  in_transit_minor bigint NOT NULL,
  paid_minor bigint NOT NULL,
  PRIMARY KEY (program, partner, currency));
CREATE TABLE vouch.expenses (
  program bigint NOT NULL,
  currency text COLLATE "C" NOT NULL,
  expense_minor bigint NOT NULL, -- below zero by what partners gained
  PRIMARY KEY (program, currency));
)sql";

}  // namespace own_database

#endif  // VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_SCHEMA_H_
