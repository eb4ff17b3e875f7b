--- Faults in the binding: values on the wire, rows, numbers, resamples. mutants.lua says what an entry is.

return {
   {
      name = "wire: 128 is written in one byte",
      file = "src/core/varint.h",
      before = "while (number > 0x7F) {",
      after = "while (number > 0x80) {",
      tests = "c.wire lua.wire",
   },
   {
      name = "wire: the smallest integer comes back as another",
      file = "src/core/varint.h",
      before = "(n >> 63 != 0 ? UINT64_MAX : 0)",
      after = "(n >> 62 != 0 ? UINT64_MAX : 0)",
      tests = "c.wire lua.wire",
   },
   {
      name = "wire: a number of ten bytes is cut",
      file = "src/core/varint.h",
      before = "if (shift == 63 && byte > 1) {",
      after = "if (shift == 63) {",
      tests = "c.wire lua.wire",
   },
   {
      name = "wire: a string may be longer than what is left",
      file = "src/lua/wire/plain.h",
      before = "at == NULL || n > (uint64_t)(end - at)",
      after = "at == NULL || n > (uint64_t)(end - at) + 1",
      tests = "c.wire_list",
      survives = "the message is refused all the same, one byte later; the address sanitizer sees that read",
   },
   {
      name = "wire: false comes back as true",
      file = "src/lua/wire/plain.h",
      before = "lua_toboolean(L, index) ? WIRE_TRUE : WIRE_FALSE",
      after = "WIRE_TRUE",
      tests = "c.wire_list lua.pool_functions",
   },
   {
      name = "wire: what follows a value is ignored",
      file = "src/lua/wire/decode.c",
      before = "if (r->at != r->size) {",
      after = "if (r->at > r->size) {",
      tests = "c.wire lua.wire_broken",
   },
   {
      name = "wire: the second of two same tables is the first of all",
      file = "src/lua/wire/decode.c",
      before = "lua_rawgeti(r->L, SLOT_OBJECTS, (lua_Integer)number + 1);",
      after = "lua_rawgeti(r->L, SLOT_OBJECTS, 1);",
      tests = "c.wire lua.wire",
   },
   {
      name = "bootstrap: an even number of values has its lower middle as median",
      file = "src/lua/stats.c",
      before = [[uint64_t high_k = n / 2 + 1;
    uint32_t rank]],
      after = [[uint64_t high_k = (n + 1) / 2;
    uint32_t rank]],
      tests = "lua.stats lua.stats_methods",
   },
   {
      name = "bootstrap: of an odd number of values one too many is drawn",
      file = "src/lua/stats.c",
      before = "if (drawn < n) {",
      after = "if (drawn <= n) {",
      tests = "lua.stats lua.stats_methods lua.scaling",
   },
   {
      name = "bootstrap: each column of a resample has its own blocks",
      file = "src/lua/stats.c",
      before = [[        draw(counts, n, &state);
        for (size_t c = 0; c < width; c++) {]],
      after = [[        for (size_t c = 0; c < width; c++) {
            draw(counts, n, &state);]],
      tests = "lua.stats lua.stats_methods lua.scaling",
   },
   {
      name = "rows: p999 of few jobs is told",
      file = "src/lua/rows/figures.c",
      before = [[{"p999", 0.999, 1000}]],
      after = [[{"p999", 0.999, 1}]],
      tests = "lua.trial",
   },
   {
      name = "rows: p90 is p95",
      file = "src/lua/rows/figures.c",
      before = [[{"p90", 0.9, 1}]],
      after = [[{"p90", 0.95, 1}]],
      tests = "lua.trial",
   },
   {
      name = "rows: the spectrum is in microseconds",
      file = "src/lua/rows/figures.c",
      before = "(lua_Number)points[i].value / 1e9",
      after = "(lua_Number)points[i].value / 1e3",
      tests = "lua.trial",
   },
   {
      name = "rows: errors of tasks are left out of them",
      file = "src/lua/rows/figures.c",
      before = "for (int i = 1; i < BKO_RECORDER_ERRORS; i++) {",
      after = "for (int i = 12; i < BKO_RECORDER_ERRORS; i++) {",
      tests = "lua.trial",
   },
   {
      name = "coroutines: CPU time of others counts while a job waits",
      file = "src/lua/rows/job_rows.c",
      before = [[        if (self->waits_for != BKO_SPAN_INLINE) {
            stop_running(self);]],
      after = [[        if (self->waits_for == BKO_SPAN_INLINE) {
            stop_running(self);]],
      tests = "lua.contenders_task lua.spans",
   },
   {
      name = "coroutines: of waits side by side the first that ends is the end",
      file = "src/lua/rows/job_rows.c",
      before = "if (self->waits > 0 && --self->waits == 0) {",
      after = "if (self->waits > 0 && (--self->waits, true)) {",
      tests = "lua.spans lua.contenders_context lua.contenders_task",
   },
   {
      name = "JSON: whole numbers above a million get an exponent",
      file = "src/lua/json.c",
      before = [[is_whole ? "%.0f" : "%.9g"]],
      after = [[is_whole ? "%.6g" : "%.9g"]],
      tests = "lua.json",
   },
   {
      name = "JSON: infinity is written as it is",
      file = "src/lua/json.c",
      before = "length = !isfinite(value)",
      after = "length = isnan(value)",
      tests = "lua.json",
   },
   {
      name = "JSON: an empty array is an object",
      file = "src/lua/json.c",
      before = "bool is_marked = lua_rawequal(L, -1, ARRAY);",
      after = "bool is_marked = !lua_rawequal(L, -1, ARRAY);",
      tests = "lua.json",
   },
}
