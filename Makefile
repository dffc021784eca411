PYTHON ?= python3

.PHONY: run test check faults bench
run:    ; @$(PYTHON) dev.py run
test:   ; @$(PYTHON) dev.py test
check:  ; @$(PYTHON) dev.py check
faults: ; @$(PYTHON) dev.py faults
bench:  ; @$(PYTHON) dev.py bench
