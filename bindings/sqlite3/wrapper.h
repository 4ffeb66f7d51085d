/* What bindgen reads; see bindings/generate. */
#include "sqlite3.h"
