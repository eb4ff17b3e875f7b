--- What a manifest may have of commands and requests, since it gets published: no passwords, no folders of
-- one machine. All functions return copies.

local core = require "bakeoff.core"
local own_command = require "bakeoff.base.own_command"

local redact = {}

local HIDDEN = "…"

local SECRET = { "token", "secret", "passw", "credential", "api_?key", "auth" }
local SECRET_HEADER = { "cookie", "key$", "signature", "session" }

local function matches(name, patterns)
   for _, pattern in ipairs(patterns) do
      if name:lower():find(pattern) then
         return true
      end
   end
   return false
end

-- A password in a URL is none of a manifest's business.
local function without_password(value)
   if type(value) == "table" then
      local copy = {}
      for key, one in pairs(value) do
         copy[key] = without_password(one)
      end
      return copy
   end
   return type(value) == "string" and value:gsub("(%a[%w+.-]*://)[^/@%s]*@", "%1…@") or value
end

-- Nor where a script's folder and the command are on this machine: programs beside the script are named
-- from there, the command as users call it.
local function without_folder(value, folder)
   if type(value) == "table" then
      local copy = {}
      for key, one in pairs(value) do
         copy[key] = without_folder(one, folder)
      end
      return copy
   elseif value == own_command.path() then
      return "bakeoff"
   elseif type(value) == "string" and value:sub(1, #folder + 1) == folder .. "/" then
      return "{script_folder}" .. value:sub(#folder + 1)
   end
   return value
end

local function cleaned(value, folder)
   local record = without_password(value)
   return folder and without_folder(record, folder) or record
end

--- Checked options of a command, to be written down. folder: the script's, as an absolute path; nil where
-- there is none.
function redact.command(options, folder)
   local record = cleaned(options, folder)
   for name, value in pairs(record.env or {}) do
      record.env[name] = value and matches(name, SECRET) and HIDDEN or value
   end
   return record
end

local function header(line)
   local name = line:match "^[^:]*"
   local plain = name:gsub("-", "_")
   local is_secret = matches(plain, SECRET) or matches(plain, SECRET_HEADER)
   return is_secret and ("%s: %s"):format(name, HIDDEN) or line
end

-- Enough to tell one body from another; of one that seems to hold a secret, which could be guessed from its
-- digest, the length alone.
local function body(bytes)
   return { bytes = #bytes, sha256 = not matches(bytes, SECRET) and core.work_sha256(bytes) or nil }
end

--- A checked request (net/request.lua), likewise.
function redact.request(request, folder)
   local record = cleaned(request, folder)
   for i, line in ipairs(record.headers or {}) do
      record.headers[i] = header(line)
   end
   record.body = request.body and body(request.body)
   return record
end

-- Servers on this machine may have another port in each run.
local function without_local_port(url)
   return (url:gsub("^(%a+://127%.%d+%.%d+%.%d+):%d+", "%1"):gsub("^(%a+://localhost):%d+", "%1")
      :gsub("^(%a+://%[::1%]):%d+", "%1"))
end

local AT_ONCE = 1000

--- A digest of a list of URLs, which tells it from another, wherever the server of the run listened: SHA-256
-- of the digest so far and the next thousand lines. A long list is never copied as a whole: trials are copies
-- of this process, and their memory is measured.
function redact.urls(list)
   local digest = ""
   for first = 1, math.max(1, #list), AT_ONCE do
      local lines = { digest }
      for i = first, math.min(#list, first + AT_ONCE - 1) do
         lines[#lines + 1] = without_local_port(list[i])
      end
      digest = core.work_sha256(table.concat(lines, "\n"))
   end
   return digest
end

return redact
