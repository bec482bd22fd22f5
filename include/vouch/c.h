/* Vouch for C, and for every language that calls C: events in, attributed,
 * rated and booked; the feed and the answers out. One header, nothing else of
 * Vouch's is needed; docs/C_ABI.md has an example.
 *
 *   vouch_engine* engine = NULL;
 *   vouch_error error = VOUCH_ERROR_INIT;
 *   vouch_buffer result = VOUCH_BUFFER_INIT;
 *   vouch_view in_memory = {NULL, 0};
 *   if (vouch_engine_open(in_memory, NULL, &engine, &error) != VOUCH_OK ||
 *       vouch_engine_apply(engine, batch, &result, &error) != VOUCH_OK) {
 *     fprintf(stderr, "%s\n", error.message);
 *   }
 *   vouch_buffer_free(&result);
 *   vouch_engine_close(engine);
 *
 * What holds for every function:
 *
 *  1. It returns a vouch_status: VOUCH_OK, or why it failed. What fails leaves
 *     its outputs as they were.
 *  2. A failure fills in the caller's vouch_error, with a message "field:
 *     reason". NULL: nobody wants to know. A success leaves it alone. There is
 *     no error per thread.
 *  3. An event or program that is refused is no failure: the outcome in the
 *     result says so, and the status is VOUCH_OK.
 *  4. A vouch_view is borrowed: its bytes are read during the call alone. A
 *     vouch_buffer is the caller's: vouch_buffer_free gives it back. What the
 *     library makes the library frees.
 *  5. Closing and freeing take NULL. Buffers outlive the engine that filled
 *     them.
 *  6. Structs that may grow begin with `version`, which their initialiser
 *     sets; they grow at the end. Reserved fields are zero. Both are checked.
 *  7. Facts, terms, questions and answers cross as bytes of the messages of
 *     proto/vouch/v1, in Protocol Buffers' binary form. A field or word that
 *     this version does not know is refused, never ignored.
 *  8. Money is in minor units beside its currency, time in microseconds of UTC
 *     since 1970, text is UTF-8 with a length and without an end mark.
 *  9. An engine handle may be used from any number of threads at once: batches
 *     go in one after the other, and every answer sees the last applied batch
 *     whole. Closing it must come after everything else.
 * 10. No exception, abort or output comes out. Out of memory is
 *     VOUCH_RESOURCE_EXHAUSTED (docs/C_ABI.md names where it cannot be).
 * 11. An engine whose memory or file failed inside a batch says so to every
 *     call from then on. The file is whole: open another engine on it, and
 *     send the batch again.
 *
 * Not supported: a child of fork() using an engine opened by its parent, and
 * memory functions of the host's own. JSON and text belong to the program
 * `vouch` and to the bindings. The functions here stay when others come; the
 * C++ headers promise less. */
#ifndef VOUCH_C_H_
#define VOUCH_C_H_

#include <stdint.h>

/* Which release this header is of; vouch_version tells that of the library. */
#define VOUCH_VERSION_MAJOR 0
#define VOUCH_VERSION_MINOR 1
#define VOUCH_VERSION_PATCH 0

#if defined(_WIN32) && defined(VOUCH_C_BUILD)
#define VOUCH_API __declspec(dllexport)
#elif defined(_WIN32)
#define VOUCH_API __declspec(dllimport)
#elif defined(__GNUC__)
#define VOUCH_API __attribute__((visibility("default")))
#else
#define VOUCH_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Whether a call succeeded: the numbers of google.rpc.Code, which outcomes
 * carry too. docs/SEMANTICS.md, section 10, says which means what. */
typedef int32_t vouch_status;
enum {
  VOUCH_OK = 0,
  VOUCH_CANCELLED = 1,
  VOUCH_UNKNOWN = 2,
  VOUCH_INVALID_ARGUMENT = 3,
  VOUCH_DEADLINE_EXCEEDED = 4,
  VOUCH_NOT_FOUND = 5,
  VOUCH_ALREADY_EXISTS = 6,
  VOUCH_PERMISSION_DENIED = 7,
  VOUCH_RESOURCE_EXHAUSTED = 8,
  VOUCH_FAILED_PRECONDITION = 9,
  VOUCH_ABORTED = 10,
  VOUCH_OUT_OF_RANGE = 11,
  VOUCH_UNIMPLEMENTED = 12,
  VOUCH_INTERNAL = 13,
  VOUCH_UNAVAILABLE = 14,
  VOUCH_DATA_LOSS = 15,
  VOUCH_UNAUTHENTICATED = 16
};

/* Bytes of the caller's, borrowed until the call returns. With a size of 0 the
 * pointer may be NULL. */
typedef struct vouch_view {
  const char* data;
  uint64_t size; /* bytes */
} vouch_view;

/* Bytes that a call gave; vouch_buffer_free gives them back. A call that fills
 * one replaces what stands in it without freeing that. */
typedef struct vouch_buffer {
  char* data;    /* NULL where size is 0 */
  uint64_t size; /* bytes */
} vouch_buffer;
#define VOUCH_BUFFER_INIT \
  { 0, 0 }

/* Bytes of an error's message, the NUL at its end among them; a longer one is
 * cut between two characters. */
#define VOUCH_ERROR_MESSAGE_BYTES 1024

/* Why a call failed. */
typedef struct vouch_error {
  uint32_t version;                        /* VOUCH_ERROR_VERSION */
  vouch_status code;                       /* what the call returned */
  char message[VOUCH_ERROR_MESSAGE_BYTES]; /* "field: reason", ends with NUL */
} vouch_error;
#define VOUCH_ERROR_VERSION 1
#define VOUCH_ERROR_INIT                 \
  {                                      \
    VOUCH_ERROR_VERSION, VOUCH_OK, { 0 } \
  }

/* How to open an engine. */
typedef struct vouch_open_options {
  uint32_t version; /* VOUCH_OPEN_OPTIONS_VERSION */
  /* 1: the engine answers and refuses to apply with FAILED_PRECONDITION; it
   * sees the file as of its opening. Default 0. */
  uint8_t read_only;
  uint8_t reserved[3]; /* zero */
} vouch_open_options;
#define VOUCH_OPEN_OPTIONS_VERSION 1
#define VOUCH_OPEN_OPTIONS_INIT                \
  {                                            \
    VOUCH_OPEN_OPTIONS_VERSION, 0, { 0, 0, 0 } \
  }

/* Programs, their state and their books. */
typedef struct vouch_engine vouch_engine;

/* The library's release, "0.1.0", with a NUL at its end; lives for ever. */
VOUCH_API const char* vouch_version(void);

/* Opens the engine on the SQLite file `path`, which is made where there is
 * none; with an empty path an engine that keeps everything in memory. `options`
 * NULL: the defaults. `*out_engine` is for vouch_engine_close.
 *
 * INVALID_ARGUMENT for a wrong argument, an engine in memory that is to be
 * read only among them; NOT_FOUND for reading where there is no file;
 * FAILED_PRECONDITION when another engine has it open for writing, or it is no
 * file of Vouch's or of a newer one; PERMISSION_DENIED, UNAVAILABLE and
 * RESOURCE_EXHAUSTED of the disk; DATA_LOSS when the file is damaged. */
VOUCH_API vouch_status vouch_engine_open(vouch_view path,
                                         const vouch_open_options* options,
                                         vouch_engine** out_engine,
                                         vouch_error* error);

/* Closes the engine; one in memory is then gone. NULL does nothing. */
VOUCH_API void vouch_engine_close(vouch_engine* engine);

/* Applies one event: from `from_us` on, the terms `program`
 * (vouch.v1.Program, with its program_id) are in force. `event_id` as of every
 * event: the same terms again under it are a duplicate.
 *
 * `*out_result` is a vouch.v1.BatchResult with one outcome. A program with
 * mistakes is REFUSED, with all of them in the outcome's reason, one a line.
 * INVALID_ARGUMENT for bytes that are no Program. */
VOUCH_API vouch_status vouch_engine_set_program(
    vouch_engine* engine, vouch_view program, vouch_view event_id,
    int64_t from_us, vouch_buffer* out_result, vouch_error* error);

/* Applies `batch` (vouch.v1.Batch, up to 16 MiB) in order, each event whole or
 * not at all. On VOUCH_OK it is in the store, and `*out_result` is a
 * vouch.v1.BatchResult: one outcome an event, in the order of the batch. An
 * event that cannot be read is REFUSED as one that is wrong; the others are
 * applied.
 *
 * INVALID_ARGUMENT for bytes that are no Batch; nothing is then applied.
 * RESOURCE_EXHAUSTED past the limit, or out of memory: send the batch again,
 * what was applied is then a duplicate. */
VOUCH_API vouch_status vouch_engine_apply(vouch_engine* engine,
                                          vouch_view batch,
                                          vouch_buffer* out_result,
                                          vouch_error* error);

/* The feed, for the host to post into its own books: the rows of events after
 * number `after_seq` (0: from the beginning), at most `limit` of them, but
 * always those of one event whole. `limit` 0: 1000; more than 10000 is 10000.
 *
 * `*out_outputs` is a vouch.v1.Outputs; its last_seq is the next `after_seq`.
 * INVALID_ARGUMENT for a negative number. */
VOUCH_API vouch_status vouch_engine_outputs(const vouch_engine* engine,
                                            int64_t after_seq, int32_t limit,
                                            vouch_buffer* out_outputs,
                                            vouch_error* error);

/* Answers `query` (vouch.v1.Query, up to 4 MiB); changes nothing. `*out_answer`
 * is a vouch.v1.Answer, with the field set that the query's body has.
 *
 * INVALID_ARGUMENT for bytes that are no Query and for a field that is wrong;
 * NOT_FOUND for a program, partner or payment that is not there;
 * UNIMPLEMENTED for a question that this version does not answer. */
VOUCH_API vouch_status vouch_engine_query(const vouch_engine* engine,
                                          vouch_view query,
                                          vouch_buffer* out_answer,
                                          vouch_error* error);

/* Gives the bytes back and empties the buffer, so that a second time does
 * nothing. So does NULL, and an empty buffer. */
VOUCH_API void vouch_buffer_free(vouch_buffer* buffer);

#ifdef __cplusplus
}
#endif

#endif /* VOUCH_C_H_ */
