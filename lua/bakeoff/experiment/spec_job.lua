--- What an experiment does for each item, in one of two forms: `urls` with an optional `process`, or
-- `items` with a `task`. Commands bring their own work: if all contenders are commands, `task` may be
-- missing, and `urls` as well (form "command": one job, the program).

local checks = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local request = require "bakeoff.net.request"
local urls = require "bakeoff.net.urls"

local spec_job = {}

local FORMS = {
   urls = { list = "urls", body = "process", others = { "items", "task", "shared" } },
   task = { list = "items", body = "task", others = { "urls", "process" } },
}

-- The first of `fields` that is present.
local function first_given(given, fields)
   for _, field in ipairs(fields) do
      if given[field] ~= nil then
         return field
      end
   end
end

local function check_function(value, name, argument)
   if type(value) ~= "function" then
      failure.usage("%s: expected a function of %s, got a %s", name, argument, type(value))
   end
   return value
end

local function is_loopback(list)
   for _, url in ipairs(list) do
      if not url:match("^http://127%.%d+%.%d+%.%d+[:/]") then
         return false
      end
   end
   return true
end

local function check_urls(list)
   if type(list) ~= "table" then
      failure.usage("urls: expected a list of URLs, such as site:urls(\"/tickets?day=%d\", 100)")
   end
   urls.check(list, "urls")
   return #list > 0 and list or failure.usage("urls: the list is empty; give at least one URL")
end

-- What a list has beside its values: site:urls remembers its server, bake.recorded what it read.
local BESIDE = { server = true, times = true, recorded = true }

local function check_items(list)
   if type(list) ~= "table" then
      failure.usage("items: expected a list of values, such as { 1, 2, 3 }, got a %s", type(list))
   end
   local count = 0
   for key in pairs(list) do
      count = count + (BESIDE[key] and 0 or 1)
   end
   if count ~= #list then
      failure.usage("items: expected a list with the keys 1, 2, 3, …; this table has others, or gaps")
   end
   return count > 0 and list or failure.usage("items: the list is empty; give at least one item")
end

-- A jar belongs to a worker, or to a loop's slot. A task may wait in any slot, so it keeps its cookies
-- itself.
local function check_cookies(checked, list)
   if checks.flag(checked.cookies, "request.cookies") and not list then
      failure.usage("request.cookies: only an experiment with urls keeps them; in a task, send the header "
         .. "Cookie")
   end
end

-- The request as the script wrote it, and as it is sent: a proxy of the environment is not used for this
-- machine's own server.
local function check_request(given, list, server)
   for _, field in ipairs { "retries", "expect" } do
      if type(given) == "table" and given[field] ~= nil then
         failure.usage("request.%s: an experiment has %s of its own; write it beside request", field, field)
      end
   end
   local checked, fetch = request.check(given == nil and {} or given, "request", "cookies"), {}
   check_cookies(checked, list)
   for field, value in pairs(checked) do
      fetch[field] = value
   end
   if fetch.proxy == nil and not fetch.unix and (list and is_loopback(list) or not list and server) then
      fetch.proxy = ""
   end
   return checked, fetch
end

--- "urls" or "task"; raises if the script mixes parts of both.
function spec_job.form_of(given)
   local form = (given.items ~= nil or given.task ~= nil) and "task" or "urls"
   local own, other = FORMS[form], first_given(given, FORMS[form].others)
   if other then
      failure.usage("%s: does not go with %s; an experiment has urls (and process), or items and task", other,
         given[own.list] ~= nil and own.list or own.body)
   end
   return form
end

-- The same check as for a pool's `shared`: hybrid passes it to its own workers as bake.shared.
local function check_shared(shared)
   if shared ~= nil and type(shared) ~= "table" then
      failure.usage("shared: expected a table, such as { base = url }, got a %s", type(shared))
   end
   return shared
end

local function check_form_urls(given)
   local list = check_urls(given.urls)
   local wanted, fetch = check_request(given.request, list)
   return { form = "urls", urls = list, count = #list, request = wanted, fetch = fetch,
      process = given.process ~= nil and check_function(given.process, "process", "the response") or nil }
end

local function check_form_task(given, commands_alone)
   local items = check_items(given.items)
   local is_needed = given.task ~= nil or not commands_alone
   local wanted, fetch = check_request(given.request, nil, given.server or items.server)
   return { form = "task", items = items, count = #items, shared = check_shared(given.shared),
      task = is_needed and check_function(given.task, "task", "ctx and an item") or nil,
      request = wanted, fetch = fetch }
end

--- given: the experiment's fields; commands_alone: no contender needs a function.
-- → { form =, urls = | items =, process = | task =, shared =, count =, request = as the script wrote it,
-- fetch = as it is sent } without the other form's fields
function spec_job.check(given, commands_alone)
   local form = spec_job.form_of(given)
   if form == "task" then
      return check_form_task(given, commands_alone)
   elseif commands_alone and given.urls == nil and given.process == nil then
      local wanted, fetch = check_request(given.request, nil, given.server)
      return { form = "command", count = 1, request = wanted, fetch = fetch }
   end
   return check_form_urls(given)
end

return spec_job
