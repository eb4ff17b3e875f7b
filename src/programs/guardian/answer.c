/* The guardian's answers to the bench. */
#include <errno.h>
#include <sys/socket.h>

#include "programs/guardian/parts.h"

void guardian_answer(bko__guardian_kind kind, int value, int step) {
    bko__guardian_answer answer = {.kind = (int32_t)kind, .value = value, .step = step};
    ssize_t went;
    do {
        went = send(BKO__GUARDIAN_SOCKET, &answer, sizeof answer, MSG_NOSIGNAL);
    } while (went < 0 && errno == EINTR);
    if (went != (ssize_t)sizeof answer) {
        shutdown(BKO__GUARDIAN_SOCKET, SHUT_RDWR); /* the bench must not wait for this answer */
    }
}
