--- Values that are likely to be secrets, known by their names: of options, variables, headers, and
-- parameters of URLs. Commands and requests are recorded without them, and there is no way to keep them.
-- Hiding too much is harmless; what was hidden is said by name.
--
-- `found`, where it is given, collects what was hidden: names (name → true) and values (a list). Texts can be
-- long and come from anyone, so every pass takes time in proportion to the length.

local names = require "bakeoff.base.secret_names"
local passes = require "bakeoff.base.secret_passes"
local secret_options = require "bakeoff.base.secret_options"

local secrets = { HIDDEN = "…" }

local HIDDEN = secrets.HIDDEN

--- Is the value of a variable, option or field of this name likely to be a secret?
secrets.is_name = names.is_name

--- The same for a header.
secrets.is_header = names.is_header

local SHORTEST = 6 -- bytes of a value that is looked for elsewhere

local function note(found, name, value)
   if found then
      found.names[name] = true
      if #value >= SHORTEST and value ~= HIDDEN then
         table.insert(found.values, value)
      end
   end
   return HIDDEN
end

--- A new collection of what is hidden.
function secrets.collection() return { names = {}, values = {} } end

-- --- in texts -------------------------------------------------------------------------------------

-- NAME=value, --name=value, with or without quotes.
local function assignments(value, found)
   return passes.after_names(value, "=", "[%w_.-]", function(name, at)
      if not secrets.is_name(name) then -- first: the value can be as long as the text
         return nil
      end
      local given, quote, stop, is_open = secret_options.value_at(value, at)
      if given ~= "" and secrets.is_name(name, given) then
         return quote .. note(found, name, given) .. (is_open and "" or quote), stop
      end
   end)
end

-- --name value, in a text of several words.
local function named_options(value, found)
   return passes.after_matches(value, "%f[^%s\0](%-%-?[%w_-]+)%s+%f[^%s-]", function(name, at)
      if not secrets.is_name(name) then
         return nil
      end
      local given, quote, stop, is_open = secret_options.value_at(value, at, secret_options.WORD)
      if given ~= "" and secrets.is_name(name, given) then
         return quote .. note(found, name, given) .. (is_open and "" or quote), stop
      end
   end)
end

local HIDDEN_ALREADY = ":" .. HIDDEN .. "$"

local function is_account(value)
   return value:find("^[^:]*:[^:]") and not value:find(HIDDEN_ALREADY)
      and not value:find("://", 1, true) and not value:find("^%d+:%d+$")
end

-- -u name:password, as curl and wget take it. The next word, but no option: of "-u -u me:password", the last
-- has the password.
local function accounts(value, found)
   return passes.after_matches(value, "%f[^%s\0](%-[uU])%s*", function(option, at)
      local given, quote, stop, is_open = secret_options.value_at(value, at, secret_options.WORD)
      local is_next = value:find("^%s", at - 1)
      if is_account(given) and not (is_next and given:find "^%-") then
         return quote .. note(found, option, given) .. (is_open and "" or quote), stop
      end
   end)
end

-- "name": "value" of JSON. In a broken text, what stands where a value would can be the next name.
local function json_fields(value, found)
   return passes.after_matches(value, "\"([%w_-]+)\"%s*:%s*\"", function(name, at)
      local stop = secrets.is_name(name) and value:find("\"", at, true)
      local given = stop and value:sub(at, stop - 1)
      local is_next = stop and value:find("^%s*:%s*\"", stop + 1) and given:find("^[%w_-]+$")
      if stop and not (is_next and secrets.is_name(given)) then
         return note(found, name, given), stop - 1
      end
   end)
end

-- In running text, only names that no sentence has.
local function is_header(name)
   return name:find("^[Aa]uthorization$") or name:find("[Cc]ookie$")
      or name:find("-", 1, true) and secrets.is_header(name)
end

-- Authorization: value
local function headers(value, found)
   value = passes.after_names(value, ":", "[%w-]", function(name, at)
      local space, given = nil, nil
      if is_header(name) then
         space, given = value:match("^([ \t]*)([^'\"\r\n]+)", at)
      end
      if given and given:sub(1, 2) ~= "//" then
         return space .. note(found, name, given), at + #space + #given - 1
      end
   end)
   return passes.after_matches(value, "%f[%w]([Bb]earer)%s+", function(name, at)
      local given = value:match("^[%w._~+/=-]+", at)
      if given and #given >= 8 then
         return note(found, name, given), at + #given - 1
      end
   end)
end

-- Accounts and parameters of URLs.
local function urls(value, found)
   value = passes.after_names(value, ":", "[%w+.-]", function(_, at)
      local given = value:match("^//([^/@%s]*)@", at)
      if given then
         return "//" .. note(found, "the account in a URL", given) .. "@", at + #given + 2
      end
   end)
   return passes.after_matches(value, "[?&;#]([%w_.%%%[%]-]+)=", function(name, at)
      local given = names.is_header(name) and value:match("^[^&;#%s'\"<>]+", at)
      if given and names.is_parameter(name, given) then
         return note(found, name, given), at + #given - 1
      end
   end)
end

--- The account and the secret parameters of URLs hidden in a text.
secrets.urls = urls

--- A text without the secrets that its names tell.
function secrets.text(value, found)
   if not (value:find("[:=-]") or value:find("[Bb]earer%s")) then
      return value
   end
   value = secret_options.in_text(value, function(name, given) return note(found, name, given) end)
   value = json_fields(headers(accounts(urls(value, found), found), found), found)
   return named_options(assignments(value, found), found)
end

-- --- in command lines and tables --------------------------------------------------------------------

-- The option whose value is the next word, if that is to be hidden.
local function hides_next(word, following)
   local name = word:match("^%-%-?([%w_-]+)$")
   if not name or type(following) ~= "string" or following:find("^%-") then
      return false
   elseif name:find("^[uU]$") or name:find("user$") then
      return is_account(following)
   end
   return secrets.is_name(name, following)
end

-- Also "-Hname: value" and the option's own word, such as -uname:password. options: of the program
local function word_without(word, before, options, found)
   local without = options and secret_options.in_word(options, before, word,
      function(name, given) return note(found, name, given) end)
   if without then
      return without
   end
   local option, account = word:match("^(%-[uU])(.+)$")
   if option and is_account(account) then
      return option .. note(found, option, account)
   end
   local assigned, value = word:match("^([%w_.-]+)=([^&]+)$") -- spaces belong to the value
   if assigned and secrets.is_name(assigned, value) then
      return assigned .. "=" .. note(found, assigned, value)
   end
   local start, name = word:match("^((%-?H?[%w_-]+):%s*).")
   if start and secrets.is_header((name:gsub("^%-H", ""))) and not word:find("^[%w-]+://") then
      return start .. note(found, (name:gsub("^%-H", "")), word:sub(#start + 1))
   end
   return secrets.text(word, found)
end

--- A command line (a list of words) without secrets.
function secrets.words(list, found)
   local result, options = {}, nil
   for index, word in ipairs(list) do
      local before = type(list[index - 1]) == "string" and list[index - 1] or nil
      if type(word) ~= "string" then
         result[index] = word
      elseif before and hides_next(before, word) then
         result[index] = note(found, before, word)
      else
         result[index] = word_without(word, before, options, found)
         options = secret_options.of_program(word) or options
      end
   end
   return result
end

local function pair_without(pair, found)
   local name = type(pair) == "table" and pair[1]
   return type(name) == "string" and secrets.is_name(name) and { name, note(found, name, tostring(pair[2])) }
      or pair
end

local function is_list(value) return type(value[1]) == "string" end

--- The values of secret names among parameters, a list of pairs of a name and a value (nil: none), that are
-- long enough to be looked for elsewhere.
function secrets.of_parameters(parameters)
   local found = secrets.collection()
   for _, pair in ipairs(type(parameters) == "table" and parameters or {}) do
      pair_without(pair, found)
   end
   return found.values
end

--- A list of words in which values that were found elsewhere are hidden.
function secrets.words_without(words, values)
   local result = {}
   for index, word in ipairs(words) do
      result[index] = type(word) == "string" and secrets.without(word, values) or word
   end
   return result
end

-- What stands in other fields of what a table's parameters hide: a command that was filled in.
local function without_parameters(result, values)
   for name, value in pairs(#values > 0 and result or {}) do
      if type(value) == "string" then
         result[name] = secrets.without(value, values)
      elseif type(value) == "table" and is_list(value) then
         result[name] = secrets.words_without(value, values)
      end
   end
   return result
end

--- The fields of a table without secrets: those of secret names, command lines, texts, tables in it; and in
-- `parameters`, a list of pairs of a name and a value, which are hidden in the other fields too.
function secrets.fields(map, found)
   local result = {}
   for name, value in pairs(map) do
      if name == "parameters" and type(value) == "table" then
         result[name] = {}
         for index, pair in ipairs(value) do
            result[name][index] = pair_without(pair, found)
         end
      elseif type(value) == "string" then
         result[name] = type(name) == "string" and value ~= "" and secrets.is_name(name, value)
            and note(found, name, value) or secrets.text(value, found)
      elseif type(value) == "table" then
         result[name] = (is_list(value) and secrets.words or secrets.fields)(value, found)
      else
         result[name] = value
      end
   end
   return without_parameters(result, secrets.of_parameters(map.parameters))
end

local function without_value(value, one)
   local parts, at = {}, 1
   local from, to = value:find(one, 1, true)
   while from do
      parts[#parts + 1] = value:sub(at, from - 1) .. HIDDEN
      at = to + 1
      from, to = value:find(one, at, true)
   end
   return at == 1 and value or table.concat(parts) .. value:sub(at)
end

--- A text in which values that were found elsewhere are hidden.
function secrets.without(value, values)
   for _, one in ipairs(values) do
      value = without_value(value, one)
   end
   return value
end

return secrets
