"""Which matters should a prosecutor look at, though nobody referred them: penal figures, repeated acts, unpunished ones?"""
