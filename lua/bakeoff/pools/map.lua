--- One function over many items: pool:map, pool:imap, pool:imap_unordered.
--
-- Items go in chunks, each one message; at most `window` chunks are outstanding, so that a long list or an
-- endless iterator does not pile up. Owned by whoever iterates; the pool does the work.

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local units = require "bakeoff.base.units"
local waiting = require "bakeoff.pools.waiting"

local map = {}

local FIELDS = { "chunk", "timeout", "window" }
local IN_FLIGHT = 4096 -- items of a map that are on their way, if that is more than 4 chunks per worker

local function options_of(given, what)
   given = given == nil and {} or given
   if type(given) ~= "table" then
      failure.usage("%s: give its options in a table, such as { chunk = 100 }", what)
   end
   checks.refuse_unknown(given, FIELDS, what)
   return {
      chunk = checks.whole(given.chunk == nil and 1 or given.chunk, 1, what .. ": chunk"),
      timeout = given.timeout ~= nil and units.seconds(given.timeout, what .. ": timeout") or nil,
      window = given.window ~= nil and checks.whole(given.window, 1, what .. ": window") or nil,
   }
end

-- Lists with a metatable (bake.shared, proxies) are read through it, once.
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

-- One map under way: its pieces (future, index of its first item, size) are linked from the oldest to the
-- newest. A table with moving ends would be rebuilt over and over as the pieces pass through it.
local run = {}
run.__index = run

local function start(pool, fn, items, given, what, goes_on)
   check(fn, items, what)
   local options = options_of(given, what)
   local next_items = type(items) == "function" and from_iterator or from_list
   local least = goes_on and 0 or IN_FLIGHT // options.chunk
   return setmetatable({
      pool = pool, shipped = pool:ship(fn), next_items = next_items(items, options.chunk),
      goes_on = goes_on, window = options.window or math.max(4 * #pool, least),
      deadline = options.timeout and core.now() + options.timeout,
      pending = 0, -- and oldest, newest: pieces
   }, run)
end

-- Submits the next piece; nil when all items are on their way.
function run:send()
   local list, first, last, index = self.next_items()
   if last < first then
      return nil
   end
   local future = self.pool:submit_chunk(self.shipped, list, first, last, self.goes_on, index)
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

-- As fill, but an error (the iterator's, or of an item that can't travel) is kept back until what was taken
-- before it has been given.
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

-- The oldest piece leaves.
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
      piece.older, piece.newer = nil, nil -- cancelling may tell who unlinks it
      piece.future:cancel()
      piece = newer
   end
   self.next_items = nothing
end

function run:time_left() return self.deadline and math.max(self.deadline - core.now(), 0) end

-- The lowest index for which there is a message.
local function lowest(failures)
   local first
   for index in pairs(failures) do
      first = first and math.min(first, index) or index
   end
   return first
end

-- A piece's results go to their places in `results` → true, or nil, message, code, index.
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

--- Results of fn(item) in the items' order → list, or nil, message, code, index of the first failure;
-- then the rest is cancelled. `timeout` limits the whole map.
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

-- Iterates over the items of the pieces that next_piece() gives: a piece, nothing at the end, or
-- nil, message, code, index when waiting failed.
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
      results[i] = nil -- the script's alone
      return i, result
   end
   return iterate, nil, nil, self -- a loop that is left early cancels what is pending
end

--- In the items' order → iterator of index, result | index, nil, message, code. Items are taken as
-- results are asked for, at most `window` chunks ahead.
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

--- As they complete → iterator of index, result | index, nil, message, code.
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
