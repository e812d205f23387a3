// libsodium (Debian: libsodium-dev). Imported by the Sodium module alone.
#ifndef KEZ_CSODIUM_SHIM_H
#define KEZ_CSODIUM_SHIM_H
#include <sodium.h>
#endif
