--- Requests per job, as the server saw them and as the client sent them again; connections per request.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local words = require "bakeoff.analysis.fairness.words"

local requests = {}

local name_of, sentence, range = cell_type.described, words.sentence, words.range

local CONNECTIONS_APART = 1.1 -- one extra connection in a hundred is chance, one in ten is a policy

-- The successful trial whose requests deviate most from one per job, apart from those that the experiment
-- asks to repeat; `beyond(seen, submitted)` measures the deviation in the direction that counts. → requests
-- seen by the server, submitted jobs; or nil.
local function furthest(cell, beyond)
   local most, found, of = 0, nil, nil
   for _, trial in ipairs(cell_type.good(cell)) do
      local seen, submitted = trial.server and trial.server.requests, (trial.jobs or {}).submitted
      seen = seen and seen - (math.tointeger(trial.asked_retries) or 0)
      if seen and submitted and beyond(seen, submitted) > most then
         most, found, of = beyond(seen, submitted), seen, submitted
      end
   end
   return found, of
end

local function requests_per_job(cells, title, beyond)
   local parts = {}
   for _, cell in ipairs(cells) do
      local seen, submitted = furthest(cell, beyond)
      if seen then
         table.insert(parts, ("%s, %s for %s"):format(name_of(cell), numbers.plural(seen, "request"),
            numbers.plural(submitted, "job")))
      end
   end
   return sentence(parts, title)
end

--- More requests than jobs.
function requests.hidden(cells)
   return requests_per_job(cells,
      "The server saw more requests than the client had jobs (retries or redirects)",
      function(seen, submitted) return seen - submitted end)
end

--- Fewer requests than jobs. How much work a program did, only the server knows.
function requests.missing(cells)
   local programs = {}
   for _, cell in ipairs(cells) do
      programs[#programs + 1] = cell_type.is_program(cell) and cell or nil
   end
   return requests_per_job(programs, "The server saw fewer requests than there were jobs",
      function(seen, submitted) return submitted - seen end)
end

-- Of each cell, the successful trial that counted most of something; nil if none counted any.
local function counted_by_client(cells, field, title)
   local parts = {}
   for _, cell in ipairs(cells) do
      local most, of = 0, nil
      for _, trial in ipairs(cell_type.good(cell)) do
         local count = math.tointeger(trial[field]) or 0
         if count > most then
            most, of = count, (trial.jobs or {}).submitted
         end
      end
      if of then
         table.insert(parts, ("%s, %s for %s"):format(name_of(cell), numbers.whole(most),
            numbers.plural(of, "job")))
      end
   end
   return sentence(parts, title)
end

--- Requests that libcurl sent again: the client counts them, so they are known of any server.
function requests.sent_again(cells)
   return counted_by_client(cells, "retries",
      "Requests sent again because the server had closed the connection")
end

--- Requests that were repeated because the experiment asks for it.
function requests.asked(cells)
   return counted_by_client(cells, "asked_retries", "Failed requests were repeated, as retries asks for")
end

--- Transfers over TLS to whoever answered (`insecure`).
function requests.unverified(cells)
   return counted_by_client(cells, "unverified", "Transfers whose certificates were not verified")
end

local function per_request(trial)
   local submitted = (trial.jobs or {}).submitted
   return trial.connections and submitted and submitted > 0 and trial.connections / submitted or nil
end

local function by_workers(cells)
   local groups, order = {}, {}
   for _, cell in ipairs(cells) do
      if not groups[cell.workers] and not cell.untold then
         groups[cell.workers] = {}
         order[#order + 1] = cell.workers
      end
      if not cell.untold then
         table.insert(groups[cell.workers], cell)
      end
   end
   table.sort(order)
   return groups, order
end

--- Connections per request (or per job: unit) that differ between the cells at a worker count.
function requests.connections(cells, unit)
   local parts = {}
   local groups, order = by_workers(cells)
   for _, workers in ipairs(order) do
      local least, most, least_cell, most_cell
      for _, cell in ipairs(groups[workers]) do
         local low, high = range(cell, per_request)
         if low and (not least or low < least) then
            least, least_cell = low, cell
         end
         if high and (not most or high > most) then
            most, most_cell = high, cell
         end
      end
      if least and most > least * CONNECTIONS_APART and least_cell ~= most_cell then
         table.insert(parts, ("at %s from %s (%s) to %s (%s)"):format(numbers.plural(workers, "worker"),
            numbers.plain(least), least_cell.name or least_cell.label, numbers.plain(most),
            most_cell.name or most_cell.label))
      end
   end
   return sentence(parts, ("Connections per %s differ"):format(unit))
end

return requests
