/* The header is the whole program, as C. */
#include "vouch/c.h"
