;;; lsp-mode.el --- The part of remote.el for lsp-mode  -*- lexical-binding: t; -*-

(require 'lsp-mode)

(setq lsp-auto-guess-root t             ; or it asks, for the first file of a project, whether that is one
      lsp-auto-execute-action nil       ; or it doesn't ask when there is one action only
      lsp-enable-snippet nil)           ; snippets want yasnippet

(defun vetline-test-connected ()
  "Tell whether the server runs."
  (if (and (lsp-workspaces) (seq-every-p (lambda (workspace) (eq (lsp--workspace-status workspace) 'initialized)) (lsp-workspaces)))
      t
    :json-false))

(defun vetline-test-code-and-severity (diagnostic)
  "Return what the server said about DIAGNOSTIC, which flymake knows by its message alone."
  (let ((wire (seq-find (lambda (wire) (equal (lsp-get wire :message) (flymake-diagnostic-text diagnostic)))
                        (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics t)))))
    `((code . ,(lsp-get wire :code)) (severity . ,(lsp-get wire :severity)))))

(defun vetline-test-action-command ()
  "Return the command that asks for code actions."
  #'lsp-execute-code-action)

(defun vetline-test-fix-all ()
  "Run the source action."
  (cl-letf (((symbol-function 'completing-read) (lambda (_prompt collection &rest _) (car (all-completions "" collection)))))
    (lsp-execute-code-action-by-kind "source.fixAll.vetline"))
  t)

(defun vetline-test-hover ()
  "Return what `M-x lsp-describe-thing-at-point' shows."
  (save-window-excursion
    (lsp-describe-thing-at-point)
    (with-current-buffer "*lsp-help*" (buffer-substring-no-properties (point-min) (point-max)))))

(defun vetline-test-stop ()
  "End the server as `M-x lsp-workspace-shutdown' does."
  (lsp-workspace-shutdown (car (lsp-workspaces)))
  t)
