/*
 * What the owner of a pool and its workers say to each other: the bytes of a task, of its answer and of
 * the greeting. Both ends are of one build (see wire.h, whose V is a varint).
 *
 *   task       flags (1 byte), V number of the function, then
 *     with BKO__TASK_CARRIES   V size, the function's message
 *     without                  V offset in the store, V size there
 *     then a list of arguments (wire/list.h), or with BKO__TASK_CHUNK a chunk: V count, items
 *   answer     V bytes that the worker read from the store for it, then
 *     done     a list of results, or the items of a chunk
 *     failed   text: message and traceback
 *   item       a plain value (wire/plain.h); BKO__ITEM_MESSAGE, N size, a message of wire.h; in answers
 *              also BKO__ITEM_FAILED, V size, text. Ending at its first failure, an answer may hold
 *              fewer items than were asked for.
 *   greeting   package.path, package.cpath (each closed by a zero), V process and V descriptor of the
 *              store, V size and message of init, V size and message of shared (size 0: none)
 *
 * The store is a file in memory that the owner writes and every worker reads: a function stands there
 * from its second use on, until nothing needs it. So a worker that starts late finds it as well.
 */
#ifndef BAKEOFF_LUA_POOL_MESSAGE_H
#define BAKEOFF_LUA_POOL_MESSAGE_H

enum {
    BKO__TASK_CHUNK = 1,
    BKO__TASK_CARRIES = 2,
    BKO__TASK_GOES_ON = 4 /* a chunk is not ended by an item that fails */
};

/* Beside the tags of wire/private.h. */
enum { BKO__ITEM_MESSAGE = 0xB3, BKO__ITEM_FAILED = 0xB4 };

#endif
