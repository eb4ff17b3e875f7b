/* Names and sentences of the server's faults. See bakeoff/faults.h. */
#include "bakeoff/faults.h"

#include <stddef.h>

static const struct {
    const char *name;
    const char *text;
} faults[BKO_FAULT_COUNT] = {
#define FAULT(symbol, name, sentence) [BKO_FAULT_##symbol] = {name, sentence},
    BKO_SERVER_FAULTS(FAULT)
#undef FAULT
};

static int is_fault(int fault) {
    return fault > BKO_FAULT_NONE && fault < BKO_FAULT_COUNT;
}

const char *bko_server_fault_name(int fault) {
    return is_fault(fault) ? faults[fault].name : NULL;
}

const char *bko_server_fault_text(int fault) {
    return is_fault(fault) ? faults[fault].text : NULL;
}
