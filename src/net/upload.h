/* Bodies of requests that are not held in memory: forms, and files that are read while they are sent. */
#ifndef BAKEOFF_NET_UPLOAD_H
#define BAKEOFF_NET_UPLOAD_H

#include "net/transfer.h"

/* Does a request with these options send a body, and does it so by itself with POST or PUT? */
bool bko__upload_is_wanted(const bko_fetch_options *options);
/* The method of a request that names none. */
const char *bko__upload_usual_method(const bko_fetch_options *options);

/* Sets the body on the easy handle, with the other options. Out of memory: bko__upload_begin says so. */
void bko__upload_set(bko_transfer *transfer);

/* Opens the file to upload for the next fetch; closes it. 0 or BKO_ENOMEM: of a file that can't be read, the fetch
 * itself fails. */
int bko__upload_begin(bko_transfer *transfer);
void bko__upload_end(bko_transfer *transfer);

/* Frees the form. Call it when the easy handle has been reset or freed. */
void bko__upload_free_form(bko_transfer *transfer);

#endif
