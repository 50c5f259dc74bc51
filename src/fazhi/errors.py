"""The one error that every floor may raise at a person: what is wrong, by which rule, what to do next."""

from __future__ import annotations


class UserError(Exception):
    """Bad input, or something that the law does not allow. Shown as it is; never a traceback.

    `message` says in Chinese what is wrong, `law` names the article or rule (empty where it is no matter of law),
    `next` says what to do. Each package derives its own errors from this one.
    """

    def __init__(self, message: str, *, law: str = "", next: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.law = law
        self.next = next

    def lines(self) -> list[str]:
        """The error as a person reads it: one line each for what, by which rule, and what to do."""
        lines = [self.message]
        if self.law:
            lines.append(f"依据：{self.law}")
        if self.next:
            lines.append(f"处理：{self.next}")
        return lines


def why_unread(error: OSError) -> str:
    """Why a file of that name cannot be read or written, in Chinese."""
    match error:
        case FileNotFoundError():
            return "没有这个文件或者目录"
        case IsADirectoryError():
            return "这是一个目录，不是文件"
        case NotADirectoryError():
            return "路径中有一段不是目录"
        case PermissionError():
            return "没有读写权限"
    return error.strerror or type(error).__name__
