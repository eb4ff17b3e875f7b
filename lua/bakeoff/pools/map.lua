--- Calls one function for many items: pool:map, pool:imap, pool:imap_unordered.
--
-- Items are sent in chunks, one message each. At most `window` chunks are outstanding, so a long list or an
-- endless iterator doesn't fill the queue. The iterating code owns the state of a map.

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local units = require "bakeoff.base.units"
local waiting = require "bakeoff.pools.waiting"

local map = {}

local FIELDS = { "chunk", "timeout", "window" }
local IN_FLIGHT = 4096 -- items of a map in flight, or 4 chunks per worker if that is more

local function options_of(given, what)
   given = given == nil and {} or given
   if type(given) ~= "table" then
      failure.usage("%s: expected a table of options, such as { chunk = 100 }", what)
   end
   checks.refuse_unknown(given, FIELDS, what)
   return {
      chunk = checks.whole(given.chunk == nil and 1 or given.chunk, 1, what .. ": chunk"),
      timeout = given.timeout ~= nil and units.seconds(given.timeout, what .. ": timeout") or nil,
      window = given.window ~= nil and checks.whole(given.window, 1, what .. ": window") or nil,
   }
end

-- Copies a list that has a metatable (bake.shared, proxies), so that each item is read through it once.
-- → list, length
local function plain(list)
   if getmetatable(list) == nil then
      return list, #list
   end
   local copy = {}
   for i = 1, #list do
      copy[i] = list[i]
   end
   return copy, #copy
end

local function from_iterator(items, chunk)
   local sent, ended = 0, false
   return function()
      local batch, n = {}, 0
      while not ended and n < chunk do
         local item = items()
         ended = item == nil
         if not ended then
            n = n + 1
            batch[n] = item
         end
      end
      sent = sent + n
      return batch, 1, n, sent - n + 1
   end
end

local function from_list(items, chunk)
   local list, count = plain(items)
   local sent = 0
   return function()
      local first = sent + 1
      sent = math.min(sent + chunk, count)
      return list, first, sent, first
   end
end

local function check(fn, items, what)
   if type(fn) ~= "function" then
      failure.usage("%s: expected a function to call, got a %s", what, type(fn))
   elseif type(items) ~= "table" and type(items) ~= "function" then
      failure.usage("%s: items: expected a list or an iterator function, got a %s", what, type(items))
   end
end

local function nothing() return nil, 1, 0 end

-- A running map. Its pieces (future, index of the first item, size) form a linked list from the oldest to the
-- newest: Lua would rehash an array again and again if pieces left at one end and arrived at the other.
local run = {}
run.__index = run

local function start(pool, fn, items, given, what, goes_on)
   check(fn, items, what)
   local options = options_of(given, what)
   local next_items = type(items) == "function" and from_iterator or from_list
   local least = goes_on and 0 or IN_FLIGHT // options.chunk
   return setmetatable({
      pool = pool, encoded = pool:encode(fn), next_items = next_items(items, options.chunk),
      goes_on = goes_on, window = options.window or math.max(4 * #pool, least),
      deadline = options.timeout and core.now() + options.timeout,
      pending = 0, -- number of pieces from `oldest` to `newest`
   }, run)
end

-- Submits the next piece and returns it; nil if all items have been sent.
function run:send()
   local list, first, last, index = self.next_items()
   if last < first then
      return nil
   end
   local future = self.pool:submit_chunk(self.encoded, list, first, last, self.goes_on, index)
   local piece = { future = future, first = index, size = last - first + 1, older = self.newest }
   if self.newest then
      self.newest.newer = piece
   end
   self.newest, self.oldest = piece, self.oldest or piece
   self.pending = self.pending + 1
   return piece
end

function run:fill(notify)
   while self.pending < self.window do
      local piece = self:send()
      if not piece then
         return
      elseif notify then
         notify(piece)
      end
   end
end

-- As fill, but an error (in the iterator, or for an item that can't be sent) is raised only after the results
-- of all earlier items have been returned.
function run:fill_ahead(notify)
   local ok, problem = pcall(self.fill, self, notify)
   if not ok then
      self.next_items = nothing
      self.problem = { problem }
   end
   if self.problem and self.pending == 0 then
      problem, self.problem = self.problem[1], nil
      error(problem, 0)
   end
end

function run:unlink(piece)
   local older, newer = piece.older, piece.newer
   if older then
      older.newer = newer
   elseif self.oldest == piece then
      self.oldest = newer
   end
   if newer then
      newer.older = older
   elseif self.newest == piece then
      self.newest = older
   end
   piece.older, piece.newer = nil, nil
end

-- Removes the oldest piece and returns it.
function run:shift()
   local piece = self.oldest
   self:unlink(piece)
   self.pending = self.pending - 1
   return piece
end

function run:cancel()
   local piece = self.oldest
   self.oldest, self.newest, self.pending = nil, nil, 0
   while piece do
      local newer = piece.newer
      piece.older, piece.newer = nil, nil -- cancel may call on_done, which unlinks the piece
      piece.future:cancel()
      piece = newer
   end
   self.next_items = nothing
end

function run:time_left() return self.deadline and math.max(self.deadline - core.now(), 0) end

-- The lowest index that has a message.
local function lowest(failures)
   local first
   for index in pairs(failures) do
      first = first and math.min(first, index) or index
   end
   return first
end

-- Waits for a piece and writes its results at their indices in `results`.
-- → true, or nil, message, code, index
local function take(self, piece, results)
   local failures = {}
   local ok, message, code = piece.future:wait(self:time_left())
   if ok then
      ok, message, code = piece.future:take(results, piece.first, failures)
   end
   if not ok then
      return nil, message, code, piece.first
   end
   local index = lowest(failures)
   if index then
      return nil, failures[index], "task", index
   end
   return true
end

--- Results of fn(item) in the items' order → list, or nil, message, code, index of the first failure. A
-- failure cancels the remaining items. `timeout` limits the whole map.
function map.map(pool, fn, items, given)
   local self <close> = start(pool, fn, items, given, "pool:map", false)
   local results = core.new_list(type(items) == "table" and #items or 0)
   self:fill()
   while self.pending > 0 do
      local ok, message, code, index = take(self, self.oldest, results)
      if not ok then
         return nil, message, code, index
      end
      self:shift()
      self:fill()
   end
   return results
end

run.__close = run.cancel

-- Iterates over the items of the pieces that next_piece() returns: a piece, nothing at the end, or
-- nil, message, code, index if waiting failed.
local function each_item(self, next_piece)
   local results, failures, index, last = {}, {}, 1, 0
   local message, code
   local function iterate()
      if index > last then
         local piece, why, kind, where = next_piece()
         if not piece then
            self:cancel()
            return where, nil, why, kind
         end
         results, failures, index, last = {}, {}, piece.first, piece.first + piece.size - 1
         local _
         _, message, code = piece.future:take(results, piece.first, failures)
      end
      local i = index
      index = index + 1
      if code then
         return i, nil, message, code
      elseif failures[i] then
         return i, nil, failures[i], "task"
      end
      local result = results[i]
      results[i] = nil -- only the script holds it from here on
      return i, result
   end
   return iterate, nil, nil, self -- leaving the loop early cancels pending pieces
end

--- Results in the items' order → iterator of index, result | index, nil, message, code. Items are read as
-- results are requested, at most `window` chunks ahead.
function map.imap(pool, fn, items, given)
   local self = start(pool, fn, items, given, "pool:imap", true)
   return each_item(self, function()
      self:fill_ahead()
      local piece = self.oldest
      if not piece then
         return nil
      end
      local ok, message, code = piece.future:wait(self:time_left())
      if not ok then
         return nil, message, code, piece.first
      end
      return self:shift()
   end)
end

--- Results as they complete → iterator of index, result | index, nil, message, code.
function map.imap_unordered(pool, fn, items, given)
   local self = start(pool, fn, items, given, "pool:imap_unordered", true)
   local arrivals = waiting.arrivals { pool }
   local function notify(piece)
      piece.future:on_done(function()
         self:unlink(piece)
         arrivals:put(piece)
      end)
   end
   return each_item(self, function()
      self:fill_ahead(notify)
      if self.pending == 0 then
         return nil
      end
      local piece, message, code = arrivals:get(self:time_left())
      if not piece then
         return nil, message, code, self.oldest and self.oldest.first
      end
      self.pending = self.pending - 1
      return piece
   end)
end

return map
