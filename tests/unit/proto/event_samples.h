// One event of every kind, as JSON, for the tests of this folder.
#ifndef VOUCH_TESTS_UNIT_PROTO_EVENT_SAMPLES_H_
#define VOUCH_TESTS_UNIT_PROTO_EVENT_SAMPLES_H_

#include <string>
#include <vector>

namespace vouch::proto {

// A digest of nothing in particular.
inline const std::string kDigest(64, 'a');

// What a body is put into.
inline std::string EventJson(const std::string& body) {
  return R"({"program_id":"shop","event_id":"e-1",)"
         R"("time":"2024-03-01T09:30:00Z",)" +
         body + "}";
}

// Bodies that the engine carries out, in the order of EventBody.
inline const std::vector<std::string>& GoodBodies() {
  static const std::vector<std::string>* const kBodies =
      new std::vector<std::string>{
          R"("program_set":{"program":{"currency":"EUR","time_zone":"UTC",
             "conversion":"SIGNUP","attribution":{"model":"LAST_TOUCH",
             "binding":{"span":"LIFETIME"}},
             "acquisition":{"until":"FIRST_PAYMENT_ONLY"},
             "rules":[{"rule_id":"r","budget":"10%"}]}})",
          R"("partner_set":{"partner_id":"p","kind":"RESELLER","group":"gold",
             "status":"SUSPENDED","customer_share":"12.5%",
             "parent_partner_id":"q","manager_id":"m",
             "attributes":[{"key":"k","value":"v"}],
             "identity_keys":[{"key_id":"k1","digest":")" +
              kDigest + R"("},{"key_id":"k2","digest":")" + kDigest + R"("}]})",
          R"("code_issued":{"code":"AB-1","partner_id":"p","campaign":"c",
             "customer_share":"0.5","valid_from":"2024-01-01T00:00:00Z",
             "valid_until":1735689600000000,"max_redemptions":3})",
          R"("code_revoked":{"code":"AB-1"})",
          R"("touch":{"visitor_id":"v","channel":"CODE","code":"ab1",
             "campaign":"c","sub_ids":["s1","s2"]})",
          R"("customer_identified":{"visitor_id":"v","customer_id":"c"})",
          R"("signup":{"customer_id":"c","country":"DE","segment":"smb",
             "attributes":[{"key":"k","value":""}],
             "identity_keys":[{"key_id":"k1","digest":")" +
              kDigest + R"("}]})",
          R"("contract_started":{"contract_id":"k","customer_id":"c",
             "product":"plan","start_date":"2024-02-29",
             "continues_contract_id":"j"})",
          R"("contract_ended":{"contract_id":"k","customer_id":"c",
             "end_date":"2025-03-01"})",
          R"("payment":{"payment_id":"i","customer_id":"c","contract_id":"k",
             "currency":"EUR","exchange":{"rate":"0.921345678",
             "date":"2024-01-01","source":"ECB"},"lines":[
               {"line":3,"product":"plan","category":"saas","quantity":0,
                "amount_minor":11900,"tax_minor":1900,"discount_minor":100,
                "fee_minor":10,"attributes":[{"key":"k","value":"v"}]},
               {"line":7,"amount_minor":"5"}]})",
          R"("refund":{"refund_id":"r","payment_id":"i","customer_id":"c",
             "kind":"CHARGEBACK","lines":[{"line":3,"amount_minor":50}]})",
          R"("accrual_reviewed":{"accrual_id":"4-1","partner_id":"p",
             "verdict":"VOID","author":"a","reason":"because"})",
          R"("adjustment":{"partner_id":"p","amount_minor":-5,
             "currency":"JPY","author":"a","reason":"because"})",
          R"("payout_requested":{"payout_id":"o","partner_id":"p",
             "currency":"EUR","amount_minor":100})",
          R"("payout_sent":{"payout_id":"o","partner_id":"p",
             "currency":"EUR","amount_minor":100})",
          R"("payout_failed":{"payout_id":"o","partner_id":"p"})",
          R"("opening_balance":{"partner_id":"p","currency":"EUR",
             "pending_minor":1,"payable_minor":2,
             "metrics":[{"metric":"REVENUE","period":"YEAR","value":5000},
                        {"metric":"PAYMENTS","value":"3"}]})",
          R"("outreach":{"campaign":"c","step":"OPENED","count":536})",
          R"("clock":{})",
          R"("customer_merged":{"from_customer_id":"c",
             "into_customer_id":"d"})",
          R"("lead_registered":{"lead_id":"l","partner_id":"p",
             "contact_keys":[{"key_id":"k1","digest":")" +
              kDigest + R"("}],"customer_id":"c"})",
          R"("lead_updated":{"lead_id":"l","contact_key":{"key_id":"k1",
             "digest":")" +
              kDigest + R"("},"status":"WON"})",
          R"("role_assigned":{"customer_id":"c","partner_id":"p",
             "role":"SERVICER","from":"2024-01-01T00:00:00Z",
             "until":1735689600000000})",
          R"("attribution_imported":{"customer_id":"c","partner_id":"p",
             "role":"ACQUIRER","since":"2024-01-01T00:00:00Z",
             "contract_start_on":"2023-05-01","payments_count":7})",
          R"("manager_activity":{"partner_id":"p","manager_id":"m"})",
      };
  return *kBodies;
}

}  // namespace vouch::proto

#endif  // VOUCH_TESTS_UNIT_PROTO_EVENT_SAMPLES_H_
