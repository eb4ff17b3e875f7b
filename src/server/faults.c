/* What is said about the server's faults. See bakeoff/faults.h. */
#include "bakeoff/faults.h"

#include <stddef.h>

static const struct {
    const char *name;
    const char *text;
    const char *error;
    int curl_code;
} faults[BKO_FAULT_COUNT] = {
#define FAULT(symbol, name, sentence, error, code)                                                 \
    [BKO_FAULT_##symbol] = {name, sentence, error, code},
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

const char *bko_server_fault_class(int fault) {
    return is_fault(fault) ? faults[fault].error : NULL;
}

int bko_server_fault_curl_code(int fault) {
    return is_fault(fault) ? faults[fault].curl_code : 0;
}
