/* Every function of vouch/c.h from C99: what it does, and how it fails. The
 * field numbers are those of proto/vouch/v1. */
#include <stdio.h>

#include "tests/capi/message.h"

static int failures = 0;

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      ++failures;                                                     \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
    }                                                                 \
  } while (0)

/* The call fails with `status` and says `message`. */
#define CHECK_FAILS(call, status, text)                                    \
  do {                                                                     \
    vouch_error error = VOUCH_ERROR_INIT;                                  \
    CHECK((call) == (status));                                             \
    CHECK(error.code == (status));                                         \
    if (strcmp(error.message, (text)) != 0) {                              \
      ++failures;                                                          \
      fprintf(stderr, "%s:%d: \"%s\" is not \"%s\"\n", __FILE__, __LINE__, \
              error.message, (text));                                      \
    }                                                                      \
  } while (0)

enum { APPLIED = 1, DUPLICATE = 2, CONFLICTING = 3, REFUSED = 4 };

/* Microseconds of 2024-01-01T00:00:00Z and of a day. */
#define BEGIN INT64_C(1704067200000000)
#define DAY INT64_C(86400000000)

static const vouch_view NOTHING = {NULL, 0};

/* A tenth of every payment, payable at once. */
static message make_program(void) {
  message program, part, inner;
  program.size = 0;
  put_text(&program, 1, "shop");
  put_text(&program, 3, "EUR");
  put_text(&program, 4, "UTC");
  put_number(&program, 7, 2); /* conversion FIRST_PAYMENT */
  part.size = inner.size = 0;
  put_number(&part, 1, 2);  /* attribution.model LAST_TOUCH */
  put_number(&inner, 1, 1); /* attribution.binding.span LIFETIME */
  put_message(&part, 4, &inner);
  put_message(&program, 8, &part);
  part.size = inner.size = 0;
  put_number(&part, 1, 1); /* acquisition.until FIRST_PAYMENT_ONLY */
  put_message(&program, 9, &part);
  part.size = 0;
  put_text(&part, 1, "tenth");
  put_text(&inner, 1, "10%");
  put_message(&part, 8, &inner); /* rules.reward */
  put_message(&program, 17, &part);
  return program;
}

/* An event of the program, with `body` in the field `kind`. */
static message make_event(const char* event_id, int64_t time_us, uint32_t kind,
                          const message* body) {
  message event;
  event.size = 0;
  put_text(&event, 1, "shop");
  put_text(&event, 2, event_id);
  put_number(&event, 3, time_us);
  put_message(&event, kind, body);
  return event;
}

static void put_partner(message* batch) {
  message body, event;
  body.size = 0;
  put_text(&body, 1, "anna");
  put_number(&body, 2, 2); /* AFFILIATE */
  event = make_event("e-1", BEGIN, 11, &body);
  put_message(batch, 1, &event);
}

static void put_touch(message* batch) {
  message body, event;
  body.size = 0;
  put_text(&body, 1, "kim");
  put_number(&body, 3, 1); /* LINK */
  put_text(&body, 4, "anna");
  event = make_event("e-2", BEGIN + DAY, 15, &body);
  put_message(batch, 1, &event);
}

static void put_payment(message* batch, const char* event_id,
                        int64_t amount_minor) {
  message body, line, event;
  body.size = line.size = 0;
  put_text(&body, 1, "inv-1");
  put_text(&body, 2, "kim");
  put_text(&body, 4, "EUR");
  put_number(&line, 5, amount_minor);
  put_message(&body, 6, &line);
  event = make_event(event_id, BEGIN + 2 * DAY, 23, &body);
  put_message(batch, 1, &event);
}

/* A query of the program whose body, in the field `kind`, is `body`. */
static message make_query(uint32_t kind, const message* body) {
  message query;
  query.size = 0;
  put_text(&query, 1, "shop");
  put_message(&query, kind, body);
  return query;
}

static vouch_engine* open_engine(void) {
  vouch_engine* engine = NULL;
  CHECK(vouch_engine_open(NOTHING, NULL, &engine, NULL) == VOUCH_OK);
  CHECK(engine != NULL);
  return engine;
}

/* The outcome of the only event of a result. */
static void check_outcome(vouch_buffer* result, int place, int64_t what,
                          int64_t seq, int64_t code) {
  const vouch_view outcome = inside(buffer_view(result), 1, place);
  CHECK(number_in(outcome, 1) == place);
  CHECK(number_in(outcome, 3) == what);
  CHECK(number_in(outcome, 4) == seq);
  CHECK(number_in(outcome, 5) == code);
}

static vouch_engine* open_shop(void) {
  vouch_engine* engine = open_engine();
  vouch_buffer result = VOUCH_BUFFER_INIT;
  const message program = make_program();
  message batch;
  CHECK(vouch_engine_set_program(engine, view_of(&program), text_view("p-1"),
                                 BEGIN, &result, NULL) == VOUCH_OK);
  check_outcome(&result, 0, APPLIED, 1, VOUCH_OK);
  CHECK(is_text(inside(inside(buffer_view(&result), 1, 0), 2, 0), "p-1"));
  vouch_buffer_free(&result);

  batch.size = 0;
  put_partner(&batch);
  put_touch(&batch);
  put_payment(&batch, "e-3", 11900);
  CHECK(vouch_engine_apply(engine, view_of(&batch), &result, NULL) == VOUCH_OK);
  check_outcome(&result, 0, APPLIED, 2, VOUCH_OK);
  check_outcome(&result, 1, APPLIED, 3, VOUCH_OK);
  check_outcome(&result, 2, APPLIED, 4, VOUCH_OK);
  vouch_buffer_free(&result);
  return engine;
}

static void test_version(void) {
  char text[32];
  snprintf(text, sizeof(text), "%d.%d.%d", VOUCH_VERSION_MAJOR,
           VOUCH_VERSION_MINOR, VOUCH_VERSION_PATCH);
  CHECK(strcmp(vouch_version(), text) == 0);
}

/* Each initialiser says its version and zeroes the rest. */
static void test_initialisers(void) {
  const vouch_error error = VOUCH_ERROR_INIT;
  const vouch_open_options options = VOUCH_OPEN_OPTIONS_INIT;
  const vouch_buffer buffer = VOUCH_BUFFER_INIT;
  static const char zero[sizeof(vouch_error)] = {0};
  CHECK(error.version == VOUCH_ERROR_VERSION);
  CHECK(memcmp((const char*)&error + sizeof(error.version), zero,
               sizeof(error) - sizeof(error.version)) == 0);
  CHECK(options.version == VOUCH_OPEN_OPTIONS_VERSION);
  CHECK(memcmp((const char*)&options + sizeof(options.version), zero,
               sizeof(options) - sizeof(options.version)) == 0);
  CHECK(buffer.data == NULL && buffer.size == 0);
  /* The layout of version 1, for those who write it down in other languages. */
  CHECK(sizeof(vouch_error) == 8 + VOUCH_ERROR_MESSAGE_BYTES);
  CHECK(sizeof(vouch_open_options) == 8);
}

static void test_open_checks_its_arguments(void) {
  vouch_open_options options = VOUCH_OPEN_OPTIONS_INIT;
  vouch_engine* engine = NULL;
  vouch_view view = {NULL, 1};
  CHECK_FAILS(vouch_engine_open(view, NULL, &engine, &error),
              VOUCH_INVALID_ARGUMENT, "path: NULL with a size");
  CHECK_FAILS(vouch_engine_open(NOTHING, NULL, NULL, &error),
              VOUCH_INVALID_ARGUMENT, "out_engine: NULL");
  options.version = 2;
  CHECK_FAILS(vouch_engine_open(NOTHING, &options, &engine, &error),
              VOUCH_INVALID_ARGUMENT,
              "options.version: 2 is not known to this version");
  options.version = 0;
  CHECK_FAILS(vouch_engine_open(NOTHING, &options, &engine, &error),
              VOUCH_INVALID_ARGUMENT,
              "options.version: 0 is not known to this version");
  options.version = VOUCH_OPEN_OPTIONS_VERSION;
  options.reserved[2] = 1;
  CHECK_FAILS(vouch_engine_open(NOTHING, &options, &engine, &error),
              VOUCH_INVALID_ARGUMENT, "options.reserved: not zero");
  options.reserved[2] = 0;
  options.read_only = 2;
  CHECK_FAILS(vouch_engine_open(NOTHING, &options, &engine, &error),
              VOUCH_INVALID_ARGUMENT, "options.read_only: neither 0 nor 1");
  options.read_only = 1;
  CHECK_FAILS(vouch_engine_open(NOTHING, &options, &engine, &error),
              VOUCH_INVALID_ARGUMENT,
              "options.read_only: an engine in memory would stay empty");
  view.data = "a\0b";
  view.size = 3;
  CHECK_FAILS(vouch_engine_open(view, NULL, &engine, &error),
              VOUCH_INVALID_ARGUMENT, "path: holds a NUL");
  CHECK_FAILS(vouch_engine_open(text_view("\xff"), NULL, &engine, &error),
              VOUCH_INVALID_ARGUMENT, "path: not UTF-8");
  CHECK(engine == NULL);
}

static void test_an_error_of_another_version_is_not_written(void) {
  vouch_error error = VOUCH_ERROR_INIT;
  vouch_engine* engine = NULL;
  error.version = 2;
  CHECK(vouch_engine_open(NOTHING, NULL, &engine, &error) ==
        VOUCH_INVALID_ARGUMENT);
  CHECK(engine == NULL && error.code == VOUCH_OK && error.message[0] == '\0');
}

static void test_a_success_leaves_the_error_alone(void) {
  vouch_error error = VOUCH_ERROR_INIT;
  vouch_engine* engine = NULL;
  error.code = 77;
  CHECK(vouch_engine_open(NOTHING, NULL, &engine, &error) == VOUCH_OK);
  CHECK(error.code == 77);
  vouch_engine_close(engine);
}

static void test_null_arguments(void) {
  vouch_engine* engine = open_engine();
  vouch_buffer out = VOUCH_BUFFER_INIT;
  const vouch_view broken = {NULL, 1};
  CHECK_FAILS(vouch_engine_set_program(NULL, NOTHING, NOTHING, 0, &out, &error),
              VOUCH_INVALID_ARGUMENT, "engine: NULL");
  CHECK_FAILS(
      vouch_engine_set_program(engine, broken, NOTHING, 0, &out, &error),
      VOUCH_INVALID_ARGUMENT, "program: NULL with a size");
  CHECK_FAILS(
      vouch_engine_set_program(engine, NOTHING, broken, 0, &out, &error),
      VOUCH_INVALID_ARGUMENT, "event_id: NULL with a size");
  CHECK_FAILS(
      vouch_engine_set_program(engine, NOTHING, NOTHING, 0, NULL, &error),
      VOUCH_INVALID_ARGUMENT, "out_result: NULL");
  CHECK_FAILS(vouch_engine_apply(NULL, NOTHING, &out, &error),
              VOUCH_INVALID_ARGUMENT, "engine: NULL");
  CHECK_FAILS(vouch_engine_apply(engine, broken, &out, &error),
              VOUCH_INVALID_ARGUMENT, "batch: NULL with a size");
  CHECK_FAILS(vouch_engine_apply(engine, NOTHING, NULL, &error),
              VOUCH_INVALID_ARGUMENT, "out_result: NULL");
  CHECK_FAILS(vouch_engine_outputs(NULL, 0, 0, &out, &error),
              VOUCH_INVALID_ARGUMENT, "engine: NULL");
  CHECK_FAILS(vouch_engine_outputs(engine, 0, 0, NULL, &error),
              VOUCH_INVALID_ARGUMENT, "out_outputs: NULL");
  CHECK_FAILS(vouch_engine_query(NULL, NOTHING, &out, &error),
              VOUCH_INVALID_ARGUMENT, "engine: NULL");
  CHECK_FAILS(vouch_engine_query(engine, broken, &out, &error),
              VOUCH_INVALID_ARGUMENT, "query: NULL with a size");
  CHECK_FAILS(vouch_engine_query(engine, NOTHING, NULL, &error),
              VOUCH_INVALID_ARGUMENT, "out_answer: NULL");
  CHECK(out.data == NULL && out.size == 0);
  vouch_buffer_free(NULL);
  vouch_buffer_free(&out);
  vouch_engine_close(NULL);
  vouch_engine_close(engine);
}

/* An event that was applied, one with other content under the same id, one
 * that names nobody, one that cannot be read, and one behind all of them. */
static void test_every_event_has_its_outcome(void) {
  vouch_engine* engine = open_shop();
  vouch_buffer result = VOUCH_BUFFER_INIT;
  message batch, event, body;
  vouch_view outcome;
  batch.size = body.size = 0;
  put_payment(&batch, "e-3", 11900);
  put_payment(&batch, "e-3", 11901);
  event = make_event("e-4", BEGIN + 3 * DAY, 24, &body); /* a refund */
  put_message(&batch, 1, &event);
  put_text(&batch, 1, "\377");
  put_number(&body, 99, 1);
  event = make_event("e-5", BEGIN + 3 * DAY, 34, &body); /* a clock */
  put_message(&batch, 1, &event);
  body.size = 0;
  event = make_event("e-6", BEGIN + 3 * DAY, 34, &body);
  put_message(&batch, 1, &event);
  CHECK(vouch_engine_apply(engine, view_of(&batch), &result, NULL) == VOUCH_OK);
  check_outcome(&result, 0, DUPLICATE, 4, VOUCH_OK);
  check_outcome(&result, 1, CONFLICTING, 0, VOUCH_ALREADY_EXISTS);
  check_outcome(&result, 2, REFUSED, 0, VOUCH_INVALID_ARGUMENT);
  check_outcome(&result, 3, REFUSED, 0, VOUCH_INVALID_ARGUMENT);
  check_outcome(&result, 4, REFUSED, 0, VOUCH_INVALID_ARGUMENT);
  check_outcome(&result, 5, APPLIED, 5, VOUCH_OK);
  outcome = inside(buffer_view(&result), 1, 2);
  CHECK(is_text(inside(outcome, 2, 0), "e-4"));
  CHECK(is_text(inside(outcome, 6, 0), "refund.refund_id"));
  outcome = inside(buffer_view(&result), 1, 3);
  CHECK(is_text(inside(outcome, 6, 0), "event"));
  CHECK(is_text(inside(outcome, 7, 0), "not the bytes of a message"));
  outcome = inside(buffer_view(&result), 1, 4);
  CHECK(is_text(inside(outcome, 6, 0), "clock"));
  CHECK(
      is_text(inside(outcome, 7, 0), "field 99 is not known to this version"));
  vouch_buffer_free(&result);
  vouch_engine_close(engine);
}

static void test_bytes_that_are_no_message(void) {
  vouch_engine* engine = open_shop();
  vouch_buffer out = VOUCH_BUFFER_INIT;
  const message program = make_program();
  message bytes, part;
  CHECK_FAILS(vouch_engine_apply(engine, text_view("\377"), &out, &error),
              VOUCH_INVALID_ARGUMENT, "batch: not the bytes of a message");
  bytes.size = 0;
  put_number(&bytes, 7, 1);
  CHECK_FAILS(vouch_engine_apply(engine, view_of(&bytes), &out, &error),
              VOUCH_INVALID_ARGUMENT,
              "batch: field 7 is not known to this version");
  CHECK_FAILS(vouch_engine_query(engine, text_view("\377"), &out, &error),
              VOUCH_INVALID_ARGUMENT, "query: not the bytes of a message");
  CHECK_FAILS(vouch_engine_set_program(engine, text_view("\377"), NOTHING,
                                       BEGIN, &out, &error),
              VOUCH_INVALID_ARGUMENT, "program: not the bytes of a message");
  CHECK_FAILS(vouch_engine_set_program(engine, view_of(&program),
                                       text_view("\377"), BEGIN, &out, &error),
              VOUCH_INVALID_ARGUMENT, "event_id: not UTF-8");
  part.size = 0;
  put_text(&part, 1, "\377");
  bytes = make_query(6, &part);
  CHECK_FAILS(vouch_engine_query(engine, view_of(&bytes), &out, &error),
              VOUCH_INVALID_ARGUMENT, "statement.partner_id: not UTF-8");
  CHECK(out.data == NULL && out.size == 0);
  vouch_engine_close(engine);
}

static void test_a_program_with_mistakes_is_refused(void) {
  vouch_engine* engine = open_engine();
  vouch_buffer result = VOUCH_BUFFER_INIT;
  message program;
  program.size = 0;
  put_text(&program, 1, "shop");
  CHECK(vouch_engine_set_program(engine, view_of(&program), text_view("p-1"),
                                 BEGIN, &result, NULL) == VOUCH_OK);
  check_outcome(&result, 0, REFUSED, 0, VOUCH_INVALID_ARGUMENT);
  CHECK(is_text(inside(inside(buffer_view(&result), 1, 0), 6, 0),
                "program_set.program.conversion"));
  vouch_buffer_free(&result);
  vouch_engine_close(engine);
}

/* The feed: of the payment an accrual and, as nothing is held, its entries. */
static void test_outputs(void) {
  vouch_engine* engine = open_shop();
  vouch_buffer page = VOUCH_BUFFER_INIT;
  vouch_view row;
  CHECK(vouch_engine_outputs(engine, 0, 0, &page, NULL) == VOUCH_OK);
  row = inside(buffer_view(&page), 1, 0);
  CHECK(number_in(row, 1) == 4 && number_in(row, 2) == 1);
  CHECK(number_in(buffer_view(&page), 2) == 4); /* last_seq */
  CHECK(number_in(buffer_view(&page), 3) == 0); /* more */
  row = inside(buffer_view(&page), 1, 1);
  CHECK(number_in(row, 1) == 4 && number_in(row, 2) == 2);
  vouch_buffer_free(&page);

  CHECK(vouch_engine_outputs(engine, 4, 1, &page, NULL) == VOUCH_OK);
  CHECK(inside(buffer_view(&page), 1, 0).size == 0);
  CHECK(number_in(buffer_view(&page), 2) == 4);
  vouch_buffer_free(&page);
  CHECK_FAILS(vouch_engine_outputs(engine, -1, 1, &page, &error),
              VOUCH_INVALID_ARGUMENT, "after_seq: is negative");
  CHECK_FAILS(vouch_engine_outputs(engine, 0, -1, &page, &error),
              VOUCH_INVALID_ARGUMENT, "limit: is negative");
  CHECK(page.data == NULL);
  vouch_engine_close(engine);
}

/* A statement outlives its engine; a tenth of 119.00 is 11.90. */
static void test_query(void) {
  vouch_engine* engine = open_shop();
  vouch_buffer answer = VOUCH_BUFFER_INIT;
  message body, query;
  vouch_view section;
  body.size = 0;
  put_text(&body, 1, "anna");
  query = make_query(6, &body);
  CHECK(vouch_engine_query(engine, view_of(&query), &answer, NULL) == VOUCH_OK);
  body.size = 0;
  put_text(&body, 1, "nobody");
  query = make_query(6, &body);
  CHECK_FAILS(vouch_engine_query(engine, view_of(&query), &answer, &error),
              VOUCH_NOT_FOUND, "partner_id: no such partner");
  body.size = 0;
  query = make_query(10, &body);
  CHECK_FAILS(vouch_engine_query(engine, view_of(&query), &answer, &error),
              VOUCH_UNIMPLEMENTED, "ranking: not supported yet");
  vouch_engine_close(engine);

  section = inside(inside(buffer_view(&answer), 6, 0), 6, 0);
  CHECK(is_text(inside(section, 1, 0), "EUR"));
  CHECK(number_in(section, 5) == 1190); /* accruals_minor */
  vouch_buffer_free(&answer);
  vouch_buffer_free(&answer);
  CHECK(answer.data == NULL && answer.size == 0);
}

/* Two engines know nothing of each other and close in any order. */
static void test_any_order(void) {
  vouch_engine* first = open_shop();
  vouch_engine* second = open_engine();
  vouch_buffer page = VOUCH_BUFFER_INIT;
  CHECK(vouch_engine_outputs(second, 0, 0, &page, NULL) == VOUCH_OK);
  CHECK(inside(buffer_view(&page), 1, 0).size == 0);
  vouch_engine_close(first);
  vouch_buffer_free(&page);
  CHECK(vouch_engine_outputs(second, 0, 0, &page, NULL) == VOUCH_OK);
  vouch_engine_close(second);
  vouch_buffer_free(&page);
}

/* What was applied is there again after closing; one engine writes, others
 * read. */
static void test_a_file(const char* path) {
  vouch_open_options options = VOUCH_OPEN_OPTIONS_INIT;
  vouch_engine* writer = NULL;
  vouch_engine* reader = NULL;
  vouch_buffer result = VOUCH_BUFFER_INIT;
  const message program = make_program();
  message batch;
  options.read_only = 1;
  CHECK(vouch_engine_open(text_view(path), &options, &reader, NULL) ==
        VOUCH_NOT_FOUND);
  CHECK(vouch_engine_open(text_view(path), NULL, &writer, NULL) == VOUCH_OK);
  CHECK(vouch_engine_open(text_view(path), NULL, &reader, NULL) ==
        VOUCH_FAILED_PRECONDITION);
  CHECK(reader == NULL);
  CHECK(vouch_engine_set_program(writer, view_of(&program), text_view("p-1"),
                                 BEGIN, &result, NULL) == VOUCH_OK);
  vouch_buffer_free(&result);
  vouch_engine_close(writer);

  CHECK(vouch_engine_open(text_view(path), NULL, &writer, NULL) == VOUCH_OK);
  CHECK(vouch_engine_open(text_view(path), &options, &reader, NULL) ==
        VOUCH_OK);
  CHECK(vouch_engine_set_program(writer, view_of(&program), text_view("p-1"),
                                 BEGIN, &result, NULL) == VOUCH_OK);
  check_outcome(&result, 0, DUPLICATE, 1, VOUCH_OK);
  vouch_buffer_free(&result);
  batch.size = 0;
  put_partner(&batch);
  CHECK(vouch_engine_apply(reader, view_of(&batch), &result, NULL) ==
        VOUCH_FAILED_PRECONDITION);
  CHECK(vouch_engine_apply(writer, view_of(&batch), &result, NULL) == VOUCH_OK);
  check_outcome(&result, 0, APPLIED, 2, VOUCH_OK);
  vouch_buffer_free(&result);
  vouch_engine_close(writer);
  CHECK(vouch_engine_outputs(reader, 0, 0, &result, NULL) == VOUCH_OK);
  vouch_buffer_free(&result);
  vouch_engine_close(reader);
}

/* The argument is where a file may be made that is not there yet. */
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  test_version();
  test_initialisers();
  test_open_checks_its_arguments();
  test_an_error_of_another_version_is_not_written();
  test_a_success_leaves_the_error_alone();
  test_null_arguments();
  test_every_event_has_its_outcome();
  test_bytes_that_are_no_message();
  test_a_program_with_mistakes_is_refused();
  test_outputs();
  test_query();
  test_any_order();
  test_a_file(argv[1]);
  if (failures > 0) fprintf(stderr, "%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
