-- Small stand-ins for the public interfaces of assistants' plugins, with keys mapped as those plugins map them.
-- Each shows what `Suggest` was told, once.

local api = vim.api
local suggestion = ''

--- Show a suggestion.
function Suggest(text)
  suggestion = text
end

--- Return what is shown, and show it no longer.
function Suggested()
  local text = suggestion
  suggestion = ''
  return text
end

local function is_visible()
  return suggestion ~= ''
end

local function insert(text)
  local row, column = unpack(api.nvim_win_get_cursor(0))
  local lines = vim.split(text, '\n')
  api.nvim_buf_set_text(0, row - 1, column, row - 1, column, lines)
  api.nvim_win_set_cursor(0, { row + #lines - 1, (#lines == 1 and column or 0) + #lines[#lines] })
end

local function keep_indentation()
  api.nvim_feedkeys(vim.keycode('<Space><Left><Del>'), 'n', false)
end

vim.keymap.set('i', '<M-a>', 'copilot#Accept("!")', { expr = true, replace_keycodes = false })
vim.keymap.set('i', '<M-b>', 'codeium#Accept()', { expr = true, replace_keycodes = false })

local copilot = { is_visible = is_visible }
package.loaded['copilot.suggestion'] = copilot
function copilot.accept(modifier)
  if is_visible() then
    local text = Suggested()
    text = modifier and modifier(text) or text
    vim.schedule(function()
      keep_indentation()
      insert(text)
    end)
  end
end
function copilot.accept_word()
  copilot.accept(function(text) return text:match('^%s*%S+') end)
end
vim.keymap.set('i', '<M-c>', copilot.accept, { desc = '[copilot] accept suggestion', silent = true })
vim.keymap.set('i', '<M-w>', copilot.accept_word, { desc = '[copilot] accept suggestion (word)', silent = true })

local codeium = {}
package.loaded['codeium.virtual_text'] = codeium
function codeium.get_completion_text()
  return Suggested()
end
function codeium.accept()
  return '<C-R><C-O>=v:lua.require("codeium.virtual_text").get_completion_text()<CR>'
end
vim.keymap.set('i', '<M-d>', codeium.accept, { expr = true })

local supermaven = {}
package.loaded['supermaven-nvim.completion_preview'] = supermaven
function supermaven:accept_completion_text()
  if is_visible() then
    return { completion_text = Suggested(), prior_delete = 0, is_active = true }
  end
end
function supermaven.on_accept_suggestion()
  local accepted = supermaven:accept_completion_text()
  if accepted then
    insert(accepted.completion_text)
  end
end
vim.keymap.set('i', '<M-e>', supermaven.on_accept_suggestion, { silent = true })

local minuet = { action = { is_visible = is_visible } }
package.loaded['minuet.virtualtext'] = minuet
function minuet.action.accept()
  if is_visible() then
    local text = Suggested()
    vim.schedule(function() insert(text) end)
  end
end
vim.keymap.set('i', '<M-f>', minuet.action.accept, { desc = '[minuet.virtualtext] accept suggestion' })

local cmp = { core = setmetatable({}, { __index = { confirm = function() insert(Suggested()) end } }) }
package.loaded.cmp = cmp
local source = 'copilot'
vim.keymap.set('i', '<M-g>', function() cmp.core:confirm({ source = { name = source } }, {}) end)

package.loaded['blink.cmp.completion.list'] = {}
package.loaded['blink.cmp.completion.accept'] = function() vim.schedule(function() insert(Suggested()) end) end
vim.keymap.set('i', '<M-h>', function()
  require('blink.cmp.completion.accept')({}, { source_id = 'minuet' }, function() end)
end)

vim.lsp.inline_completion = {
  get = function()
    if is_visible() then
      vim.schedule(function() insert(Suggested()) end)
      return true
    end
    return false
  end,
}
vim.keymap.set('i', '<M-i>', function() return vim.lsp.inline_completion.get() and '' or '!' end, { expr = true })

--- Have the menu of nvim-cmp offer completions of another source.
function OfferFrom(name)
  source = name
end
