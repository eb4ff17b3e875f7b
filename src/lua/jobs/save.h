/* Files that a task saves. */
#ifndef BAKEOFF_LUA_JOBS_SAVE_H
#define BAKEOFF_LUA_JOBS_SAVE_H

#include <lua.h>

/* Stores the text at `data` under the name at `name` in `folder`, whole or not at all. A name that is no
 * safe file name is changed as a URL's would be. → the file's name, or nil, message, code. Raises where
 * name or data are no strings, and where `folder` is NULL. */
int bko__lua_save(lua_State *L, const char *folder, int name, int data);

#endif
