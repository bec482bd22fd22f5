/* Just enough of Protocol Buffers' binary form for a test in C: messages
 * written field by field, and numbers and texts found in one. */
#ifndef VOUCH_TESTS_CAPI_MESSAGE_H_
#define VOUCH_TESTS_CAPI_MESSAGE_H_

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vouch/c.h"

/* A message that is being written; long enough for the tests. */
typedef struct message {
  char bytes[4096];
  size_t size;
} message;

static void put_byte(message* to, uint64_t byte) {
  if (to->size == sizeof(to->bytes)) abort();
  to->bytes[to->size++] = (char)(unsigned char)byte;
}

static void put_varint(message* to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) put_byte(to, (value & 0x7f) | 0x80);
  put_byte(to, value);
}

static void put_number(message* to, uint32_t field, int64_t value) {
  put_varint(to, (uint64_t)field << 3);
  put_varint(to, (uint64_t)value);
}

static void put_bytes(message* to, uint32_t field, const char* bytes,
                      size_t size) {
  size_t i;
  put_varint(to, (uint64_t)field << 3 | 2);
  put_varint(to, size);
  for (i = 0; i < size; ++i) put_byte(to, (unsigned char)bytes[i]);
}

static void put_text(message* to, uint32_t field, const char* text) {
  put_bytes(to, field, text, strlen(text));
}

static void put_message(message* to, uint32_t field, const message* inside) {
  put_bytes(to, field, inside->bytes, inside->size);
}

static vouch_view view_of(const message* of) {
  vouch_view view;
  view.data = of->bytes;
  view.size = of->size;
  return view;
}

static vouch_view text_view(const char* text) {
  vouch_view view;
  view.data = text;
  view.size = strlen(text);
  return view;
}

static vouch_view buffer_view(const vouch_buffer* buffer) {
  vouch_view view;
  view.data = buffer->data;
  view.size = buffer->size;
  return view;
}

static uint64_t take_varint(vouch_view* from) {
  uint64_t value = 0;
  unsigned shift = 0;
  while (from->size > 0) {
    const unsigned char byte = (unsigned char)*from->data;
    ++from->data;
    --from->size;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
    shift += 7;
  }
  abort();
}

/* The `place`th (from 0) value of `field` in `in`: its number in `*number`, or
 * its bytes in `*bytes`. 0: it is not there. */
static int find(vouch_view in, uint32_t field, int place, uint64_t* number,
                vouch_view* bytes) {
  while (in.size > 0) {
    const uint64_t tag = take_varint(&in);
    const uint64_t value = take_varint(&in);
    vouch_view inside = {NULL, 0};
    if ((tag & 7) == 2) {
      inside.data = in.data;
      inside.size = value;
      in.data += value;
      in.size -= value;
    } else if ((tag & 7) != 0) {
      abort(); /* vouch.v1 has no other */
    }
    if (tag >> 3 != field || place-- > 0) continue;
    if (number != NULL) *number = value;
    if (bytes != NULL) *bytes = inside;
    return 1;
  }
  return 0;
}

/* A number that is not there is 0, a message empty. */
static int64_t number_in(vouch_view in, uint32_t field) {
  uint64_t number = 0;
  find(in, field, 0, &number, NULL);
  return (int64_t)number;
}

static vouch_view inside(vouch_view in, uint32_t field, int place) {
  vouch_view bytes = {NULL, 0};
  find(in, field, place, NULL, &bytes);
  return bytes;
}

static int is_text(vouch_view bytes, const char* text) {
  return bytes.size == strlen(text) &&
         (bytes.size == 0 || memcmp(bytes.data, text, bytes.size) == 0);
}

#endif /* VOUCH_TESTS_CAPI_MESSAGE_H_ */
