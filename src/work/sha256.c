/* Hashing with OpenSSL; see bakeoff/work.h. */
#include <openssl/evp.h>

#include "bakeoff/error.h"
#include "bakeoff/work.h"
#include "core/gil.h"

enum { SLICE = 64 * 1024, ROUNDS_PER_SLICE = 512 };

static int update(EVP_MD_CTX *context, const unsigned char *data, size_t size) {
    while (size > SLICE) {
        if (EVP_DigestUpdate(context, data, SLICE) != 1) {
            return 0;
        }
        data += SLICE;
        size -= SLICE;
        bko__gil_breathe();
    }
    return size == 0 || EVP_DigestUpdate(context, data, size) == 1;
}

/* `data` may be the digest itself. */
static int hash(EVP_MD_CTX *context, const EVP_MD *kind, const void *data, size_t size,
                unsigned char digest[BKO_SHA256_SIZE]) {
    return EVP_DigestInit_ex(context, kind, NULL) == 1 && update(context, data, size) &&
           EVP_DigestFinal_ex(context, digest, NULL) == 1;
}

static int hash_rounds(EVP_MD_CTX *context, const EVP_MD *kind, const void *data, size_t size,
                       uint64_t rounds, unsigned char digest[BKO_SHA256_SIZE]) {
    if (!hash(context, kind, data, size, digest)) {
        return BKO_EUNSUPPORTED;
    }
    for (uint64_t round = 1; round < rounds; round++) {
        if (!hash(context, kind, digest, BKO_SHA256_SIZE, digest)) {
            return BKO_EUNSUPPORTED;
        }
        if (round % ROUNDS_PER_SLICE == 0) {
            bko__gil_breathe();
        }
    }
    return BKO_OK;
}

int bko_work_sha256(const void *data, size_t size, uint64_t rounds,
                    unsigned char digest[BKO_SHA256_SIZE]) {
    if (rounds == 0) {
        return BKO_EINVAL;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    /* Fetched once: with EVP_sha256(), each init would look it up again under a lock that all
     * threads share. */
    EVP_MD *kind = EVP_MD_fetch(NULL, "SHA256", NULL);
    int err = context == NULL ? BKO_ENOMEM : BKO_EUNSUPPORTED;
    if (context != NULL && kind != NULL) {
        err = hash_rounds(context, kind, data, size, rounds, digest);
    }
    EVP_MD_free(kind);
    EVP_MD_CTX_free(context);
    return err;
}
