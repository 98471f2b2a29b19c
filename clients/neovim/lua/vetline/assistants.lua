-- The assistants whose acceptances are known exactly.  Each is caught in a function that it calls by name right before it
-- inserts, or that keys are mapped to; the mappings stay as they are.

local api = vim.api
local signals = require('vetline.signals')

local M = {}

local ours = setmetatable({}, { __mode = 'k' }) -- the functions that are put in place of others
local ROOT = vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))))

--- Have keys that are mapped to a function call another, with nothing else changed.
local function remap(before, now)
  for _, mappings in ipairs({ api.nvim_get_keymap('i'), api.nvim_buf_get_keymap(0, 'i') }) do
    for _, mapping in ipairs(mappings) do
      if mapping.callback == before then
        mapping.callback = now
        vim.fn.mapset(mapping)
      end
    end
  end
end

--- Put `make(original)` in place of a function that is a field.
local function wrap(owner, field, make)
  local original = owner and owner[field]
  if type(original) ~= 'function' or ours[original] then
    return
  end
  local wrapped = make(original)
  ours[wrapped] = true
  owner[field] = wrapped
  remap(original, wrapped)
end

--- Expect code before a function is called, if its assistant shows some.
local function before(owner, field, tool, is_visible)
  wrap(owner, field, function(original)
    return function(...)
      local ok, visible = pcall(is_visible)
      if ok and visible then
        signals.expect(tool)
      end
      return original(...)
    end
  end)
end

--- Expect code when a function hands it out.
local function handed_out(owner, field, tool, is_code)
  wrap(owner, field, function(original)
    return function(...)
      local answer = original(...)
      if is_code(answer) then
        signals.expect(tool)
      end
      return answer
    end
  end)
end

local SOURCES = {
  codeium = 'Windsurf',
  copilot = 'Copilot',
  minuet = 'Minuet',
  supermaven = 'Supermaven',
  tabnine = 'Tabnine',
  windsurf = 'Windsurf',
}

--- Who is behind a source of completions, such as `copilot` or `cmp_tabnine`; nil for one that is no assistant.
local function tool_of(source)
  for part, tool in pairs(SOURCES) do
    if type(source) == 'string' and source:lower():find(part, 1, true) then
      return tool
    end
  end
end

--- Who offers inline completions in the current buffer, if it is one server alone.
local function only_server()
  local clients = vim.lsp.get_clients({ bufnr = 0, method = 'textDocument/inlineCompletion' })
  return #clients == 1 and (tool_of(clients[1].name) or clients[1].name) or 'LSP'
end

local function vim_script(name, announcer)
  return function()
    if vim.fn.exists('*' .. announcer) == 0 then
      return
    end
    if not ours[name] then
      vim.cmd.source({ vim.fs.joinpath(ROOT, 'wrap', name .. '.vim'), magic = { file = false } })
      ours[name] = true
    end
    return true
  end
end

local function lua_module(module, catch)
  return function()
    local loaded = package.loaded[module]
    if type(loaded) == 'table' then
      catch(loaded)
      return true
    end
  end
end

--- Each by the name of its plugin; the function catches it if it is loaded, and tells whether it is.
--- @type { name: string, catch: fun(): boolean? }[]
M.known = {
  { name = 'copilot.vim', catch = vim_script('copilot', 'copilot#TextQueuedForInsertion') },
  {
    name = 'copilot.lua',
    catch = lua_module('copilot.suggestion', function(suggestion)
      before(suggestion, 'accept', 'Copilot', function() return suggestion.is_visible() end)
    end),
  },
  { name = 'windsurf.vim', catch = vim_script('codeium', 'codeium#CompletionText') },
  {
    name = 'windsurf.nvim',
    catch = lua_module('codeium.virtual_text', function(shown)
      handed_out(shown, 'get_completion_text', 'Windsurf', function(text) return text ~= '' end)
    end),
  },
  {
    name = 'supermaven-nvim',
    catch = lua_module('supermaven-nvim.completion_preview', function(preview)
      handed_out(preview, 'accept_completion_text', 'Supermaven', function(accepted) return accepted and accepted.is_active end)
    end),
  },
  {
    name = 'minuet-ai.nvim',
    catch = lua_module('minuet.virtualtext', function(shown)
      before(shown.action, 'accept', 'Minuet', function() return shown.action.is_visible() end)
    end),
  },
  {
    name = 'nvim-cmp',
    catch = lua_module('cmp', function(cmp)
      wrap(cmp.core, 'confirm', function(original)
        return function(core, entry, ...)
          local tool = entry and not entry.confirmed and entry.source and tool_of(entry.source.name)
          if tool then
            signals.expect(tool)
          end
          return original(core, entry, ...)
        end
      end)
    end),
  },
  {
    name = 'blink.cmp',
    catch = lua_module('blink.cmp.completion.list', function()
      pcall(require, 'blink.cmp.completion.accept') -- which the list itself requires each time that it accepts
      wrap(package.loaded, 'blink.cmp.completion.accept', function(original)
        return function(context, item, ...)
          local tool = item and (tool_of(item.source_id) or tool_of(item.source_name))
          if tool then
            signals.expect(tool)
          end
          return original(context, item, ...)
        end
      end)
    end),
  },
  {
    name = 'vim.lsp.inline_completion',
    catch = function()
      local inline = rawget(vim.lsp, 'inline_completion')
      if inline then
        wrap(inline, 'get', function(original)
          return function(...)
            local accepted = original(...)
            if accepted then -- it inserts later, so that keys may be mapped to it as an expression
              signals.expect(only_server())
            end
            return accepted
          end
        end)
        return true
      end
    end,
  },
}

--- Catch all assistants that are loaded by now.
--- @return table<string, boolean> # whether each is
function M.catch()
  local caught = {}
  for _, assistant in ipairs(M.known) do
    local ok, is_loaded = pcall(assistant.catch)
    caught[assistant.name] = ok and is_loaded or false
  end
  return caught
end

--- Catch each assistant soon after it is loaded, however late that is.
function M.setup()
  local group = api.nvim_create_augroup('vetline.assistants', {})
  api.nvim_create_autocmd({ 'LspAttach', 'InsertEnter', 'TextChangedI' }, { group = group, callback = M.catch })
  api.nvim_create_autocmd('SourcePost', {
    group = group,
    pattern = { '*/autoload/copilot.vim', '*/autoload/codeium.vim' },
    callback = function(event)
      ours[vim.fs.basename(event.file):gsub('%.vim$', '')] = nil
      M.catch()
    end,
  })
  M.catch()
end

return M
