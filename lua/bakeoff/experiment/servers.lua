--- Does the server under test still run? The script's own: is its process there? Any other one, of a list of
-- URLs: it answered before, lost its last connection in this trial, and now refuses a new one. Whoever never
-- answered may be meant to refuse, and a server that is only slow is no dead one.

local core = require "bakeoff.core"

local servers = {}
servers.__index = servers

local MOST = 16 -- origins; a list of more is no test of one server
local LOOKS, BETWEEN_LOOKS_S, LIMIT_S = 2, 0.2, 2 -- one refusal may be a full queue

-- "http://me:secret@host:8080" → where to connect, and the server's name in messages
local function place_of(origin)
   local scheme, authority = origin:match "^(%a+)://(.*)$"
   local place = authority:gsub("^.*@", "")
   local host, port = place:match "^(.-):(%d*)$"
   if place:find "^%[" then
      host, port = place:match "^(%[.*%]):?(%d*)$"
   end
   local usual = scheme:lower() == "https" and "443" or "80"
   host = (host or place):gsub("^%[(.*)%]$", "%1"):gsub("%%25", "%%")
   return { host = host, port = (port or "") ~= "" and port or usual },
      ("%s://%s"):format(scheme:lower(), place)
end

-- The different origins of a list; none if there are too many, or if a proxy is between.
local function origins_of(experiment)
   local fetch, found, seen = experiment.fetch, {}, {}
   local via_proxy = not fetch.unix and fetch.proxy ~= "" and (fetch.proxy or core.names_proxy())
   for _, url in ipairs(not via_proxy and experiment.urls or {}) do
      local origin = url:match "^%a+://[^/?#]*"
      if not seen[origin] then
         local at, name = place_of(origin)
         at = fetch.unix and { unix = fetch.unix } or at
         at.timeout = LIMIT_S
         seen[origin] = true
         found[#found + 1] = { origin = origin, at = at, name = fetch.unix or name, answered = false }
      end
      if #found > MOST then
         return {}
      end
   end
   return found
end

--- The servers of an experiment. has_answered: trials that ended well are kept of an earlier run.
function servers.new(experiment, has_answered)
   local own = experiment.server
   own = own and own.is_running and own or nil
   local others = {}
   for _, one in ipairs(origins_of(experiment)) do
      one.answered = has_answered
      others[#others + 1] = not (own and own:url():find(one.origin .. "/", 1, true) == 1) and one or nil
   end
   return setmetatable({ own = own and own:is_running() and own or nil, others = others }, servers)
end

local function refuses(at)
   for look = 1, LOOKS do
      local _, _, code = core.reach(at)
      if code ~= "connect" then
         return false
      elseif look < LOOKS then
         core.pause(BETWEEN_LOOKS_S)
      end
   end
   return true
end

-- Programs record no jobs: only their trial has failed or not.
local function told_by(one, result, row, jobs, records_no_jobs)
   if row.status == "ok" and (row.jobs or {}).failed == 0 then
      return true, false
   elseif records_no_jobs then
      return false, row.status ~= "ok"
   end
   return result:answers(jobs, one.origin)
end

--- Has a server ended, at the latest during this trial? Each is reported once. → nil, or { said = what there
-- is to say, during = the reason for the trial's row }
function servers:gone(result, row, jobs, records_no_jobs)
   if self.own and not self.own:is_running() then
      self.own = nil
      return { said = "the test server ended unexpectedly",
         during = "the test server ended during the trial" }
   end
   for _, one in ipairs(self.others) do
      local answered, has_lost = told_by(one, result, row, jobs, records_no_jobs)
      one.answered = one.answered or answered
      if one.answered and has_lost and refuses(one.at) then
         one.answered = false -- until it answers again
         local said = ("the server at %s takes no more connections"):format(one.name)
         return { said = said, during = said }
      end
   end
end

return servers
