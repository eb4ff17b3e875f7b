--- What a manifest may contain of commands and requests, since manifests get published: no secrets, no
-- folders of this machine; and what of a text counts when runs are compared. All functions return copies.

local core = require "bakeoff.core"
local own_command = require "bakeoff.base.own_command"
local secrets = require "bakeoff.base.secrets"

local redact = {}

local function starts_with(value, folder) return value:sub(1, #folder + 1) == folder .. "/" end

-- Nor do the places of the script's folder and of the command on this machine: programs beside the script,
-- and in the folder above it, are named relative to it, and the command as users call it.
local function without_folder(value, folder)
   if type(value) == "table" then
      local copy = {}
      for key, one in pairs(value) do
         copy[key] = without_folder(one, folder)
      end
      return copy
   elseif value == own_command.path() then
      return "bakeoff"
   elseif type(value) ~= "string" then
      return value
   elseif value == folder then
      return "{script_folder}"
   elseif starts_with(value, folder) then
      return "{script_folder}" .. value:sub(#folder + 1)
   end
   local above = folder:match("^(.+)/[^/]+$")
   return above and starts_with(value, above) and "{script_folder}/.." .. value:sub(#above + 1) or value
end

local SLASH = ("/"):byte()
-- First byte → pattern with the places before and after the port.
local LOCAL_HOSTS = { [("1"):byte()] = "^127%.%d+%.%d+%.%d+():%d+()", [("l"):byte()] = "^localhost():%d+()",
   [("["):byte()] = "^%[::1%]():%d+()" }

-- A server on this machine may get another port in each run: cuts the ports of local URLs anywhere in a text
-- whose first "://" is at `at`. Lists can be long, so no pattern searches the whole text.
local function without_local_ports(value, at)
   local result, kept = "", 1
   while at do
      local host = LOCAL_HOSTS[value:byte(at + 3)]
      local port, after = nil, nil
      if host then
         port, after = value:match(host, at + 3)
      end
      if port then
         result, kept = result .. value:sub(kept, port - 1), after
      end
      at = value:find("://", at + 3, true)
   end
   return result .. value:sub(kept)
end

--- Is the value of a variable or field of this name likely to be a secret?
redact.is_secret = secrets.is_name

local function cleaned(value, folder)
   local record = secrets.fields(value)
   return folder and without_folder(record, folder) or record
end

--- A text of the script, ready to be compared with that of another run: without the secrets of URLs, the
-- script's folder, and the port of a server on this machine.
function redact.text(value, folder)
   if value:byte() == SLASH then
      value = folder and without_folder(value, folder) or value
   end
   local at = value:find("://", 1, true)
   if not at then
      return value
   end
   return without_local_ports(value:find("[@=]", at) and secrets.urls(value) or value, at)
end

--- The checked options of a command, ready to be recorded. folder: the script's, as an absolute path; nil if
-- there is none.
function redact.command(options, folder) return cleaned(options, folder) end

-- Enough to tell one body from another. If the body seems to hold a secret, only the length: the secret could
-- be guessed from the digest.
local function body(bytes)
   return { bytes = #bytes, sha256 = not secrets.is_name(bytes) and core.work_sha256(bytes) or nil }
end

-- The parts of a form in the same way.
local function parts(list, folder)
   local record = {}
   for index, part in ipairs(list) do
      record[index] = cleaned({ name = part.name, file = part.file, file_name = part.file_name,
         type = part.type }, folder)
      for field, value in pairs(part.data and body(part.data) or {}) do
         record[index][field] = not (field == "sha256" and secrets.is_name(part.name)) and value or nil
      end
   end
   return record
end

--- A checked request (net/request.lua), ready to be recorded.
function redact.request(request, folder)
   local record = cleaned(request, folder)
   record.body, record.form = request.body and body(request.body), nil
   record.multipart = request.multipart and parts(request.multipart, folder)
   return record
end

-- With headers as lines, among which those with secrets are known.
local function with_header_lines(given)
   local copy = {}
   for name, value in pairs(given) do
      copy[name] = value
   end
   if given.header then
      copy.header = {}
      for name, value in pairs(given.header) do
         table.insert(copy.header, value == true and name or ("%s: %s"):format(name, value))
      end
      table.sort(copy.header)
   end
   return copy
end

--- The field `check` of an experiment, ready to be recorded.
function redact.check(given) return cleaned(with_header_lines(given)) end

--- What a run's manifest hides of the command line, the script's options, commands and the request: a
-- collection of base/secrets.lua. experiment: checked, with its settings.
function redact.hidden(experiment)
   local found, settings = secrets.collection(), experiment.settings
   secrets.words(settings.command or {}, found)
   secrets.fields(settings.options or {}, found)
   secrets.fields(experiment.request or {}, found)
   for _, part in ipairs((experiment.request or {}).multipart or {}) do
      secrets.fields({ [part.name] = part.data }, found)
   end
   secrets.fields(experiment.check and with_header_lines(experiment.check.given) or {}, found)
   for _, entry in ipairs(experiment.contenders) do
      secrets.fields(entry.options or {}, found)
   end
   return found
end

--- Hides secrets in the texts of a trial's row: what programs and functions said. values: those that are
-- hidden in the manifest.
function redact.row(row, values)
   local function hidden(words) return words and secrets.without(secrets.text(words), values) end
   row.reason, row.stderr_tail = hidden(row.reason), hidden(row.stderr_tail)
   for _, one in ipairs(row.failures or {}) do
      one.example = hidden(one.example)
   end
   for _, one in ipairs(row.checks or {}) do
      one.name = hidden(one.name)
   end
end

local AT_ONCE = 1000

-- SHA-256 of the digest so far and the next thousand lines. A long list is never copied as a whole: trials
-- are copies of this process, and their memory is measured.
local function digest_of(list, line_of)
   local digest = ""
   for first = 1, math.max(1, #list), AT_ONCE do
      local lines = { digest }
      for i = first, math.min(#list, first + AT_ONCE - 1) do
         lines[#lines + 1] = line_of(list[i])
      end
      digest = core.work_sha256(table.concat(lines, "\n"))
   end
   return digest
end

--- A digest that tells one list of URLs from another, whatever port the server of the run listened on.
function redact.urls(list)
   return digest_of(list, function(url) return redact.text(url) end)
end

--- A digest that tells one list of times from another, to the microsecond.
function redact.times(list)
   return digest_of(list, function(time) return ("%.6f"):format(time) end)
end

return redact
