/* A host in C that finds the component c and has nothing else. */
#include <stdio.h>

#include "vouch/c.h"

int main(void) {
  const vouch_view in_memory = {NULL, 0};
  vouch_engine* engine = NULL;
  vouch_buffer page = VOUCH_BUFFER_INIT;
  vouch_error error = VOUCH_ERROR_INIT;
  if (vouch_engine_open(in_memory, NULL, &engine, &error) != VOUCH_OK ||
      vouch_engine_outputs(engine, 0, 0, &page, &error) != VOUCH_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  vouch_buffer_free(&page);
  vouch_engine_close(engine);
  printf("vouch %s\n", vouch_version());
  return 0;
}
