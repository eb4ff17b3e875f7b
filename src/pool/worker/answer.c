/* See pool/worker/answer.h. */
#include "pool/worker/answer.h"

#include "bakeoff/error.h"
#include "bakeoff/pool.h"

enum { KEPT = 1 << 20 };

int bko_answer_add(bko_answer *answer, const void *data, size_t size) {
    int err = size > answer->limit - answer->bytes.size
                  ? BKO_ETOOLARGE
                  : bko__buffer_append(&answer->bytes, data, size);
    if (err != BKO_OK && answer->error == BKO_OK) {
        answer->error = err;
    }
    return err;
}

void bko__answer_clear(bko_answer *answer) {
    answer->error = BKO_OK;
    if (answer->bytes.capacity > KEPT) {
        bko__buffer_free(&answer->bytes);
    }
    bko__buffer_clear(&answer->bytes);
}
