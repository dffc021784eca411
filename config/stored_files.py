"""Where files of customers lie by default, and how much of them a request may bring."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class Storage(FileSystemStorage):
    """On this machine's disk, and there for good before the row that names it is committed."""

    def _save(self, name: str, content: File) -> str:
        kept = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        path = Path(self.path(kept))
        for written in (path, path.parent, path.parent.parent):
            handle = os.open(written, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return kept


class Capped(FileUploadHandler):
    """Leaves out the files that are too many or too large, and lets the rest of the form come through.

    Django's own limits end the request with a bare 400, and what was typed is lost. The names of what
    was left out stand at the request as `files_left_out`; the form says so.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.files = 0
        self.bytes = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.files += 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.bytes += len(raw_data)
        if self.files > settings.FILES_MOST or self.bytes > settings.FILES_LARGEST_TOGETHER:
            request: Any = self.request
            request.files_left_out = (*getattr(request, "files_left_out", ()), self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """What was not left out is kept by the handlers after this one."""
