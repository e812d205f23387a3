// libnats, the NATS.io C client (Debian: libnats-dev). Imported by the NATS module alone.
#ifndef KEZ_CNATS_SHIM_H
#define KEZ_CNATS_SHIM_H

// Debian ships the headers in <nats/>; a source install puts nats.h at the top.
#if __has_include(<nats/nats.h>)
#include <nats/nats.h>
#else
#include <nats.h>
#endif

#endif
