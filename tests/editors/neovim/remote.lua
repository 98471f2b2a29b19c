-- What a test asks of a running Neovim (0.7 or newer), one function each.  Answers are JSON.
--   nvim --server SOCKET --remote-expr 'v:lua.Vetline("findings", "[]")'

local remote = {}
local wanted, offered -- the title to choose in the next menu, and the titles that it had
local history = {} -- the lines of all findings, each time that they changed

vim.ui.select = function(items, options, choose)
  offered = vim.tbl_map(options.format_item, items)
  for index, title in ipairs(offered) do
    if title == wanted then
      return choose(items[index], index)
    end
  end
  choose(nil, nil)
end

vim.api.nvim_create_autocmd('DiagnosticChanged', {
  callback = function()
    local lines = vim.tbl_map(function(diagnostic) return diagnostic.lnum + 1 end, vim.diagnostic.get(0))
    table.sort(lines)
    table.insert(history, lines)
  end,
})

local function clients()
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)()
end

function remote.version()
  local version = vim.version()
  return { version.major, version.minor }
end

function remote.encodings()
  return vim.tbl_map(function(client) return client.offset_encoding end, clients())
end

function remote.findings()
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local from_server = (diagnostic.user_data or {}).lsp or {}
    local marked = vim.api.nvim_buf_get_text(0, diagnostic.lnum, diagnostic.col, diagnostic.end_lnum, diagnostic.end_col, {})
    table.insert(found, {
      line = diagnostic.lnum + 1,
      marked = table.concat(marked, '\n'),
      code = diagnostic.code or from_server.code,
      severity = diagnostic.severity,
    })
  end
  return found
end

function remote.history()
  return history
end

function remote.forget_history()
  history = {}
end

function remote.go_to(text)
  vim.fn.cursor(1, 1)
  return vim.fn.search('\\V' .. vim.fn.escape(text, '\\'), 'c')
end

function remote.press(keys)
  vim.api.nvim_input(keys)
end

-- Get ready for a menu, in which `title` will be chosen if it is there.
function remote.expect_menu(title)
  wanted, offered = title, nil
end

function remote.offered()
  return offered
end

local function text_of(window)
  return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
end

-- The text of the floating window, if there is one.
function remote.float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return text_of(window)
    end
  end
end

-- The text of all windows, and all messages.
function remote.in_sight()
  return table.concat(vim.tbl_map(text_of, vim.api.nvim_list_wins()), '\n') .. vim.fn.execute('messages')
end

function remote.state()
  return { mode = vim.api.nvim_get_mode().mode, modified = vim.bo.modified, servers = #clients() }
end

-- What an expression is.
function remote.value(expression)
  return assert(loadstring('return ' .. expression))()
end

function remote.messages()
  return vim.fn.execute('messages')
end

function Vetline(name, arguments)
  local answer = remote[name](unpack(vim.json.decode(arguments)))
  return vim.json.encode(answer == nil and vim.NIL or answer)
end
