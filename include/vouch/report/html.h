// Texts from outside as a part of an HTML document.
//
//   html += "<td>" + EscapeHtml(partner_id) + "</td>";
//
// Pure; safe in any thread.
#ifndef VOUCH_REPORT_HTML_H_
#define VOUCH_REPORT_HTML_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/base/text.h"

VOUCH_NAMESPACE_BEGIN

// `text` for use between tags or inside a quoted attribute: no character of it
// is markup. A control character, and a byte that is no UTF-8, becomes U+FFFD;
// so what comes out is always good UTF-8.
inline std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = internal::Utf8Length(text, at);
    const auto byte = static_cast<uint8_t>(text[at]);
    // U+0080 to U+009F are control characters too.
    const bool c1 = length == 2 && byte == 0xc2 &&
                    static_cast<uint8_t>(text[at + 1]) < 0xa0;
    if (length == 0 || c1 || byte < 0x20 || byte == 0x7f) {
      out += "\xef\xbf\xbd";
    } else if (byte == '&') {
      out += "&amp;";
    } else if (byte == '<') {
      out += "&lt;";
    } else if (byte == '>') {
      out += "&gt;";
    } else if (byte == '"') {
      out += "&quot;";
    } else if (byte == '\'') {
      out += "&#39;";
    } else {
      out.append(text.substr(at, length));
    }
    at += length == 0 ? 1 : length;
  }
  return out;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_HTML_H_
