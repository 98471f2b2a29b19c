-- Vetline in Neovim: starts the server, tells it what assistants bring in, and marks what nobody has reviewed.

local M = {}

--- @class vetline.Options
--- @field enable? boolean Start the server for Python files
--- @field assistants? boolean Tell the server what known assistants bring in
--- @field signs? { unreviewed: string, risky: string }|false Signs beside code that nobody has reviewed
--- @field virtual_text? boolean Say behind such code how many findings are in it
M.options = {
  enable = true,
  assistants = true,
  signs = { unreviewed = '┃', risky = '┃' },
  virtual_text = true,
}

--- @param options? vetline.Options
function M.setup(options)
  if vim.fn.has('nvim-0.11') == 0 then
    local advice = 'with an older one, start the server as docs/editors.md shows'
    vim.notify('The plugin of Vetline needs Neovim 0.11 or newer; ' .. advice, vim.log.levels.ERROR)
    return
  end
  M.options = vim.tbl_deep_extend('force', M.options, options or {})
  local marks = require('vetline.marks')
  vim.lsp.config('vetline', {
    capabilities = { experimental = { vetline = { acceptances = true } } },
    handlers = { ['vetline/verdict'] = marks.on_verdict, ['vetline/acceptances'] = marks.on_acceptances },
    on_exit = require('vetline.server').on_exit,
  })
  marks.setup()
  if M.options.assistants then
    require('vetline.assistants').setup()
  end
  if M.options.enable then
    vim.lsp.enable('vetline')
    vim.api.nvim_create_autocmd('FileType', { -- Neovim itself says nothing of a program that isn't there
      group = vim.api.nvim_create_augroup('vetline.start', {}),
      pattern = 'python',
      once = true,
      callback = function() require('vetline.server').program() end,
    })
  end
end

return M
