--- Faults in pools, maps, futures and tasks of a loop. mutants.lua says what an entry is.

return {
   {
      name = "map: the last chunk of a list is one item short",
      file = "lua/bakeoff/pools/map.lua",
      before = "sent = math.min(sent + chunk, count)",
      after = "sent = math.min(sent + chunk, count - 1)",
      tests = "lua.pool_map",
   },
   {
      name = "map: an iterator's chunk knows the wrong first index",
      file = "lua/bakeoff/pools/map.lua",
      before = "return batch, 1, n, sent - n + 1",
      after = "return batch, 1, n, sent + 1",
      tests = "lua.pool_map",
   },
   {
      name = "map: a failure is told with the first place of its chunk",
      file = "lua/bakeoff/pools/map.lua",
      before = [[return nil, failures[index], "task", index]],
      after = [[return nil, failures[index], "task", piece.first]],
      tests = "lua.pool_map",
   },
   {
      name = "map: the window is not kept",
      file = "lua/bakeoff/pools/map.lua",
      before = "while self.pending < self.window do",
      after = "while self.pending < 10 * self.window do",
      tests = "lua.pool_map lua.imap_cases",
   },
   {
      name = "map: the time limit starts anew with each chunk",
      file = "lua/bakeoff/pools/map.lua",
      before =
         "function run:time_left() return self.deadline and math.max(self.deadline - core.now(), 0) end",
      after = "function run:time_left() return self.deadline and math.max(self.deadline, 0) end",
      tests = "lua.pool_map lua.imap_cases",
   },
   {
      name = "imap: a loop that is left early leaves its items to the pool",
      file = "lua/bakeoff/pools/map.lua",
      before = "return iterate, nil, nil, self",
      after = "return iterate, nil, nil, nil",
      tests = "lua.pool_map lua.imap_cases",
   },
   {
      name = "bake.wait: the first error is not enough",
      file = "lua/bakeoff/pools/futures.lua",
      before = [[condition == "first_error" and future:error() ~= nil]],
      after = [[condition == "first_error" and future:error() == nil]],
      tests = "lua.futures lua.futures_cases",
   },
   {
      name = "as_completed: a future that stands twice comes twice",
      file = "lua/bakeoff/pools/futures.lua",
      before = [[         seen[future] = true
         count = count + 1]],
      after = "         count = count + 1",
      tests = "lua.futures lua.futures_cases",
   },
   {
      name = "arrivals: what is there already is not told to who asks later",
      file = "lua/bakeoff/pools/waiting.lua",
      before = "function arrivals:done() return self.first <= self.last end",
      after = "function arrivals:done() return self.first < self.last end",
      tests = "lua.futures lua.imap_cases",
   },
   {
      name = "semaphore: what a cancelled waiter was given is lost",
      file = "lua/bakeoff/async/semaphore.lua",
      before = [[      if waiter.served then
         self:release()
      end]],
      after = [[      if not waiter.served then
         self:release()
      end]],
      tests = "lua.async_limits",
   },
   {
      name = "semaphore: the newest waiter is served first",
      file = "lua/bakeoff/async/semaphore.lua",
      before = [[      local waiter = self.queue[self.head]
      self.queue[self.head] = nil
      self.head = self.head + 1]],
      after = [[      local waiter = self.queue[self.tail]
      self.queue[self.tail] = nil
      self.tail = self.tail - 1]],
      tests = "lua.async_limits",
   },
   {
      name = "group: a member's error leaves the others running",
      file = "lua/bakeoff/async/group.lua",
      before = [[if not self.is_aborting then
      self:cancel()]],
      after = "if not self.is_aborting then",
      tests = "lua.async_group",
   },
   {
      name = "group: later errors are not kept",
      file = "lua/bakeoff/async/group.lua",
      before = [[if #errors > 0 then
      first.others]],
      after = [[if #errors > 1 then
      first.others]],
      tests = "lua.async_group",
   },
   {
      name = "gather: the first that ends is enough, failed or not",
      file = "lua/bakeoff/async/gather.lua",
      before = "return thing:error() ~= nil end",
      after = "return thing:done() end",
      tests = "lua.async_gather",
   },
   {
      name = "timeout: a cancellation from outside is taken for its own",
      file = "lua/bakeoff/async/timeout.lua",
      before = "if not ok and ... == core.cancelled and left <= scope.asked then",
      after = "if not ok and ... == core.cancelled then",
      tests = "lua.async_limits lua.async_cancel",
   },
   {
      name = "waiting: who waits for several goes on after the first",
      file = "lua/bakeoff/async/wait.lua",
      before = "if left == 0 or found then",
      after = "if left <= 1 or found then",
      tests = "lua.async_gather lua.async_tasks",
      survives = "the waiter then asks each task for its result, and that waits for the last one",
   },
   {
      name = "coroutines: a lost job counts as failed",
      file = "lua/bakeoff/contenders/on_loop.lua",
      before = [[rows:ended(slot, "lost", ctx._lost, place)]],
      after = [[rows:ended(slot, "task", ctx._lost, place)]],
      tests = "lua.contenders_hybrid lua.contenders_outcomes lua.contenders_failures lua.contenders_lock",
   },
   {
      name = "coroutines: one slot too few",
      file = "lua/bakeoff/contenders/on_loop.lua",
      before = "for slot = 1, math.min(state.workers, state.count) do",
      after = "for slot = 2, math.min(state.workers, state.count) do",
      tests = "lua.contenders_task lua.contenders",
   },
   {
      name = "loop:fetch: a request's own options lose against the loop's",
      file = "lua/bakeoff/net/request.lua",
      before = "if checked[field] == nil and not (has_body",
      after = "if checked[field] ~= nil and not (has_body",
      tests = "lua.loop lua.loop_io",
   },
}
