/* See support_transfer.h. */
#include "support_transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/error.h"

peer *transfer_peer;

int transfer_start_peer(void **state) {
    (void)state;
    transfer_peer = peer_start();
    return 0;
}

int transfer_stop_peer(void **state) {
    (void)state;
    peer_stop(transfer_peer);
    return 0;
}

const bko_fetch_options transfer_plain = {.proxy = "", .keep_body = true};

bko_transfer *transfer_new(const bko_fetch_options *options) {
    bko_transfer *transfer;
    assert_int_equal(bko_transfer_create(&transfer, options), 0);
    return transfer;
}

const bko_response *transfer_get(bko_transfer *transfer, const char *path, int error) {
    static peer_url url; /* the response borrows it */
    const bko_response *response;
    url = peer_at(transfer_peer, path);
    int got = bko_transfer_fetch(transfer, url.text, &response);
    if (got != error) {
        fail_msg("%s: got %s (%s), not %s", path, bko_error_name(got), response->error_text,
                 bko_error_name(error));
    }
    assert_int_equal(response->error, error);
    assert_true((response->error_text != NULL) == (error != BKO_OK));
    assert_string_equal(response->url, url.text);
    return response;
}

void transfer_assert_body(const bko_response *response, const char *body) {
    assert_int_equal(response->body_size, strlen(body));
    assert_memory_equal(response->body, body, strlen(body));
}
